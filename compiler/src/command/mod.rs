//! Subcommands, one file each. A subcommand is a clap `Args` struct with `run(self, &Console) -> Exit`.

mod check;
mod compile;
mod console;
mod exit;
mod explain;
mod explain_code;
mod load;
mod schema;
mod try_;

pub use console::Console;
pub use exit::Exit;

use clap::{ColorChoice, Parser, Subcommand};

/// Compiles one tenancy policy into an enforcing Istio mesh.
#[derive(Debug, Parser)]
#[command(name = "tenantry", version, after_help = exit::HELP, max_term_width = 100)]
struct Cli {
    /// When to colour: `auto` follows the terminal and NO_COLOR, CLICOLOR and CLICOLOR_FORCE.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: ColorChoice,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Check),
    Compile(compile::Compile),
    Explain(explain::Explain),
    ExplainCode(explain_code::ExplainCode),
    Try(try_::Try),
    Schema(schema::Schema),
}

/// Reads the command line, runs the subcommand and says how it went.
pub fn run() -> Exit {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version come this way too; printing can only fail on a closed pipe.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Ok };
        }
    };
    let console = Console::new(cli.color);
    match cli.command {
        Command::Check(args) => args.run(&console),
        Command::Compile(args) => args.run(&console),
        Command::Explain(args) => args.run(&console),
        Command::ExplainCode(args) => args.run(&console),
        Command::Try(args) => args.run(&console),
        Command::Schema(args) => args.run(&console),
    }
}

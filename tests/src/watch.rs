//! Programs that end with the tests, however those end.

use std::io;
use std::process::{Child, Command, Stdio};

/// Ends a process when this one is gone without having said goodbye: killed, for example. Dropping it ends the watch alone.
#[derive(Debug)]
pub struct Watch(Child);

impl Watch {
    /// Watches over the process `id`.
    ///
    /// # Errors
    /// When there is no shell to do it.
    pub fn over(id: u32) -> io::Result<Self> {
        // The pipe closes when this process is gone. Being asked to end, a program can end its own children first.
        let watch = Command::new("sh")
            .args(["-c", "read -r _; kill -s TERM \"$1\"", "watch", &id.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        Ok(Self(watch))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // An error here means that it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

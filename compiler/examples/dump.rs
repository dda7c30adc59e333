//! scratch
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let l = tenantry::resolve::load(std::path::Path::new(&a[1]));
    for d in &l.diagnostics {
        eprintln!("{} {}", d.rule.code, d.message);
    }
    let p = l.policy.expect("policy");
    let c = tenantry::emit::compile(&p, b"\0asm\x01\0\0\0", None).expect("compile");
    let s =
        tenantry::write::write(std::path::Path::new(&a[2]), &p.name, &c.artifacts, &tenantry::write::Scope::Everything);
    eprintln!("{s:?}");
}

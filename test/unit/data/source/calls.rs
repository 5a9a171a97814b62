// Every call that is to be found says after it what it names.
use shared_memory::ShmemConf;

const NAME: &str = "constant";
static OTHER: &'static str = "other";

/* outer /* inner */ ShmemConf::new().os_id("nested comment"); */
fn calls<'a>(name: &'a str) {
    let a = ShmemConf::new().size(4096).os_id("crate").create(); //= posix-name crate
    let b = ShmemConf::new().os_id(NAME).open(); //= posix-name constant
    let c = ShmemConf::new().os_id(String::from(OTHER)).open(); //= posix-name other
    let d = ShmemConf::new().os_id(name).open();
    let e = unsafe { libc::shm_open(c"/c".as_ptr(), libc::O_RDWR, 0o600) }; //= posix-name /c
    let f = unsafe { libc::shm_open(b"/b\0".as_ptr() as *const libc::c_char, 0, 0) }; //= posix-name /b
    let g = shm_open("/nix", OFlag::O_RDWR, Mode::S_IRUSR); //= posix-name /nix
    let h = shm_unlink(CString::new("/unwrapped").unwrap().as_c_str()); //= posix-name /unwrapped
    let i = shm_open(CString::new("/e").expect("no NUL").as_ptr(), 0, 0); //= posix-name /e
    let j = shm_open(r#"/raw"x"#, 0, 0); //= posix-name /raw"x
    let k = shm_open(&format!("/{}", name), 0, 0);
    let text = "shm_open(\"/string\", 0, 0)";
    let raw = r#"shm_open("/raw", 0, 0)"#;
    let quote = '"';
    let escaped = '\'';
    let key = unsafe { libc::ftok(c"/tmp/rust".as_ptr(), b'R' as i32) }; //= key-file /tmp/rust 82
    let id = unsafe { libc::shmget(key, 64, 0o600) }; //= key-file /tmp/rust 82
    shm_unlink("/\u{5171}"); //= posix-name /共
}

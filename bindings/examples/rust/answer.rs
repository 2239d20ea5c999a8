// answer.rs - Rust with `extern "C"`: no crate, no build script.
//
//   rustc --edition 2021 -O answer.rs
//   ./answer "Hello" "Tell me a long story"
//
// Answers the first question, and cancels the second from another thread.
use std::ffi::CStr;
use std::io::Write;
use std::os::raw::{c_char, c_int};
use std::sync::Arc;
use std::{env, process, ptr, slice, thread};

// The library's types are opaque; each has its own type here.
macro_rules! opaque { ($($name:ident)*) => { $(#[repr(C)] struct $name { _opaque: [u8; 0] })* } }
opaque!(Config RawClient Request RawStream Event Failure);
type Errors = *mut *mut Failure;
/// A status, what it means, and what to do about it.
type Failed = (c_int, String);

const ABI_VERSION: c_int = 0;
const DONE: c_int = 1;
const CANCELLED: c_int = -60;
const USER: c_int = 2;
const TEXT: c_int = 2;

#[link(name = "sparkchat")]
extern "C" {
    fn sparkchat_abi_version() -> c_int;
    fn sparkchat_config_new() -> *mut Config;
    fn sparkchat_config_load_environment(config: *mut Config, error: Errors) -> c_int;
    fn sparkchat_config_free(config: *mut Config);
    fn sparkchat_client_new(
        config: *const Config,
        client: *mut *mut RawClient,
        error: Errors,
    ) -> c_int;
    fn sparkchat_client_open(
        client: *const RawClient,
        request: *const Request,
        stream: *mut *mut RawStream,
        error: Errors,
    ) -> c_int;
    fn sparkchat_client_free(client: *mut RawClient);
    fn sparkchat_request_new() -> *mut Request;
    fn sparkchat_request_add_message(
        request: *mut Request,
        role: c_int,
        text: *const c_char,
        length: usize,
        error: Errors,
    ) -> c_int;
    fn sparkchat_request_free(request: *mut Request);
    fn sparkchat_stream_next(
        stream: *mut RawStream,
        timeout_ms: c_int,
        event: *mut *const Event,
        error: Errors,
    ) -> c_int;
    fn sparkchat_stream_cancel(stream: *mut RawStream);
    fn sparkchat_stream_free(stream: *mut RawStream);
    fn sparkchat_event_kind_of(event: *const Event) -> c_int;
    fn sparkchat_event_text(event: *const Event, length: *mut usize) -> *const c_char;
    fn sparkchat_error_message(error: *const Failure) -> *const c_char;
    fn sparkchat_error_hint(error: *const Failure) -> *const c_char;
    fn sparkchat_error_free(error: *mut Failure);
}

/// Calls a function of the library whose last parameter is an error.
fn check(call: impl FnOnce(Errors) -> c_int) -> Result<c_int, Failed> {
    let mut error = ptr::null_mut();
    let status = call(&mut error);
    if status >= 0 {
        return Ok(status);
    }
    let copy = |text| unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned();
    let mut message = copy(unsafe { sparkchat_error_message(error) });
    let hint = copy(unsafe { sparkchat_error_hint(error) });
    unsafe { sparkchat_error_free(error) };
    if !hint.is_empty() {
        message += &format!("\nhint: {}", hint);
    }
    Err((status, message))
}

/// A client.
struct Client(*mut RawClient);

impl Client {
    fn new() -> Result<Client, Failed> {
        if unsafe { sparkchat_abi_version() } != ABI_VERSION {
            return Err((-1, "libsparkchat has another ABI version".into()));
        }
        let mut client = ptr::null_mut();
        unsafe {
            let config = sparkchat_config_new();
            // If this fails, the next call reports it.
            sparkchat_config_load_environment(config, ptr::null_mut());
            let made = check(|error| sparkchat_client_new(config, &mut client, error));
            sparkchat_config_free(config);
            made.map(|_| Client(client))
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        unsafe { sparkchat_client_free(self.0) }
    }
}

/// A stream, freed when the answer and all of its cancellers are dropped.
struct Stream(*mut RawStream);
// A shared stream is only cancelled, which any thread may do.
unsafe impl Send for Stream {}
unsafe impl Sync for Stream {}

impl Drop for Stream {
    fn drop(&mut self) {
        unsafe { sparkchat_stream_free(self.0) }
    }
}

/// Cancels an answer from another thread.
struct Canceller(Arc<Stream>);

impl Canceller {
    fn cancel(&self) {
        unsafe { sparkchat_stream_cancel(self.0 .0) }
    }
}

/// One answer in progress.
struct Answer(Arc<Stream>);

impl Answer {
    fn new(client: &Client, question: &str) -> Result<Answer, Failed> {
        let mut stream = ptr::null_mut();
        unsafe {
            let request = sparkchat_request_new();
            let (text, length) = (question.as_ptr() as *const c_char, question.len());
            sparkchat_request_add_message(request, USER, text, length, ptr::null_mut());
            let opened =
                check(|error| sparkchat_client_open(client.0, request, &mut stream, error));
            sparkchat_request_free(request);
            opened.map(|_| Answer(Arc::new(Stream(stream))))
        }
    }

    fn canceller(&self) -> Canceller {
        Canceller(self.0.clone())
    }

    /// The next piece of text; None when the answer is complete.
    fn next(&mut self) -> Result<Option<String>, Failed> {
        loop {
            let mut event = ptr::null();
            let stream = self.0 .0;
            let status =
                check(|error| unsafe { sparkchat_stream_next(stream, -1, &mut event, error) })?;
            if status == DONE {
                return Ok(None);
            }
            if unsafe { sparkchat_event_kind_of(event) } == TEXT {
                let mut length = 0;
                let bytes = unsafe {
                    let text = sparkchat_event_text(event, &mut length);
                    slice::from_raw_parts(text as *const u8, length)
                };
                return Ok(Some(String::from_utf8_lossy(bytes).into_owned()));
            }
        }
    }
}

/// Prints an answer. The scope waits for the thread that cancels.
fn show(mut answer: Answer, cancel: bool) -> Result<(), Failed> {
    let mut canceller = cancel.then(|| answer.canceller());
    thread::scope(|scope| loop {
        match answer.next() {
            Ok(Some(piece)) => {
                print!("{}", piece);
                std::io::stdout().flush().ok();
                if let Some(canceller) = canceller.take() {
                    scope.spawn(move || canceller.cancel());
                }
            }
            Ok(None) => break Ok(println!()),
            Err((CANCELLED, _)) => break Ok(println!("\n(cancelled)")),
            Err(failed) => break Err(failed),
        }
    })
}

fn run(questions: &[String]) -> Result<(), Failed> {
    let client = Client::new()?;
    let question = |at: usize, other| questions.get(at).map_or(other, String::as_str);
    show(Answer::new(&client, question(1, "Hello"))?, false)?;
    show(
        Answer::new(&client, question(2, "Tell me a long story"))?,
        true,
    )
}

fn main() {
    if let Err((_, message)) = run(&env::args().collect::<Vec<_>>()) {
        eprintln!("error: {}", message);
        process::exit(1);
    }
}

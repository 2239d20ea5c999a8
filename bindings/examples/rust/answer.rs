// answer.rs - Rust, by `extern "C"`: no crate, no build script.
//
//   rustc --edition 2021 -O -L build/lib -l sparkchat answer.rs
//   ./answer "Hello" "Tell me a long story"
//
// Answers the first question, and cancels the second from another thread.
use std::ffi::CStr;
use std::io::Write;
use std::os::raw::{c_char, c_int};
use std::{env, process, ptr, slice, thread};

// The library's types are opaque; each gets a type of its own here.
macro_rules! opaque { ($($name:ident)*) => { $(#[repr(C)] struct $name { _opaque: [u8; 0] })* } }
opaque!(Config Client Request Stream Event Failure);
type Errors = *mut *mut Failure;

const DONE: c_int = 1;
const CANCELLED: c_int = -60;
const USER: c_int = 2;
const TEXT: c_int = 2;

#[link(name = "sparkchat")]
extern "C" {
    fn sparkchat_config_new() -> *mut Config;
    fn sparkchat_config_load_environment(config: *mut Config, error: Errors) -> c_int;
    fn sparkchat_config_free(config: *mut Config);
    fn sparkchat_client_new(
        config: *const Config,
        client: *mut *mut Client,
        error: Errors,
    ) -> c_int;
    fn sparkchat_client_open(
        client: *const Client,
        request: *const Request,
        stream: *mut *mut Stream,
        error: Errors,
    ) -> c_int;
    fn sparkchat_client_free(client: *mut Client);
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
        stream: *mut Stream,
        timeout_ms: c_int,
        event: *mut *const Event,
        error: Errors,
    ) -> c_int;
    fn sparkchat_stream_cancel(stream: *mut Stream);
    fn sparkchat_stream_free(stream: *mut Stream);
    fn sparkchat_event_kind_of(event: *const Event) -> c_int;
    fn sparkchat_event_text(event: *const Event, length: *mut usize) -> *const c_char;
    fn sparkchat_error_message(error: *const Failure) -> *const c_char;
    fn sparkchat_error_free(error: *mut Failure);
}

/// Calls a function of the library that has an error last.
fn check(call: impl FnOnce(Errors) -> c_int) -> Result<c_int, (c_int, String)> {
    let mut error = ptr::null_mut();
    let status = call(&mut error);
    if status >= 0 {
        return Ok(status);
    }
    let message = unsafe { CStr::from_ptr(sparkchat_error_message(error)) };
    let failure = Err((status, message.to_string_lossy().into_owned()));
    unsafe { sparkchat_error_free(error) };
    failure
}

type Failed = (c_int, String);

/// One answer on its way.
struct Answer(*mut Stream);

/// What another thread may do to it. It must not outlive the answer.
struct Canceller(*mut Stream);
unsafe impl Send for Canceller {}

impl Canceller {
    fn cancel(&self) {
        unsafe { sparkchat_stream_cancel(self.0) }
    }
}

impl Answer {
    fn new(client: *const Client, question: &str) -> Result<Answer, Failed> {
        let mut stream = ptr::null_mut();
        unsafe {
            let request = sparkchat_request_new();
            let (text, length) = (question.as_ptr() as *const c_char, question.len());
            sparkchat_request_add_message(request, USER, text, length, ptr::null_mut());
            let opened = check(|error| sparkchat_client_open(client, request, &mut stream, error));
            sparkchat_request_free(request);
            opened.map(|_| Answer(stream))
        }
    }

    /// The next piece of text; None when the answer is complete.
    fn next(&mut self) -> Result<Option<String>, Failed> {
        loop {
            let mut event = ptr::null();
            let stream = self.0;
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

impl Drop for Answer {
    fn drop(&mut self) {
        unsafe { sparkchat_stream_free(self.0) }
    }
}

fn answer(client: *const Client, question: &str, cancel: bool) -> Result<(), Failed> {
    let mut answer = Answer::new(client, question)?;
    let mut canceller = if cancel {
        Some(Canceller(answer.0))
    } else {
        None
    };
    let mut threads = Vec::new();
    let result = loop {
        match answer.next() {
            Ok(Some(piece)) => {
                print!("{}", piece);
                std::io::stdout().flush().ok();
                if let Some(canceller) = canceller.take() {
                    threads.push(thread::spawn(move || canceller.cancel()));
                }
            }
            Ok(None) => break Ok(println!()),
            Err((CANCELLED, _)) => break Ok(println!("\n(cancelled)")),
            Err(failed) => break Err(failed),
        }
    };
    for thread in threads {
        thread.join().ok(); // before the stream is freed
    }
    result
}

fn run(questions: &[String]) -> Result<(), Failed> {
    let mut client = ptr::null_mut();
    unsafe {
        let config = sparkchat_config_new();
        // What this refuses is reported by the next call.
        sparkchat_config_load_environment(config, ptr::null_mut());
        let made = check(|error| sparkchat_client_new(config, &mut client, error));
        sparkchat_config_free(config);
        made?;
    }
    let question = |at: usize, other| questions.get(at).map_or(other, String::as_str);
    let result = answer(client, question(1, "Hello"), false)
        .and_then(|_| answer(client, question(2, "Tell me a long story"), true));
    unsafe { sparkchat_client_free(client) };
    result
}

fn main() {
    if let Err((_, message)) = run(&env::args().collect::<Vec<_>>()) {
        eprintln!("error: {}", message);
        process::exit(1);
    }
}

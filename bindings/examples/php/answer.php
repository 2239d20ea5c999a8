<?php
// PHP with its FFI (part of Debian's php-cli): an answer is a generator of pieces.
//
//   php answer.php "Hello" "Tell me a long story"
//
// Answers the first question, and cancels the second between two pieces: PHP has one thread. In a web server,
// only preloaded files (opcache.preload) may use FFI, unless you set `ffi.enable`.
declare(strict_types=1);

const ABI_VERSION = 0;
const DONE = 1;
const CANCELLED = -60;
const ROLE_USER = 2;
const EVENT_TEXT = 2;

// The declarations of sparkchat.h that are used here; README.md says how to get all of them.
const HEADER = <<<'C'
typedef struct sparkchat_config sparkchat_config;
typedef struct sparkchat_client sparkchat_client;
typedef struct sparkchat_request sparkchat_request;
typedef struct sparkchat_stream sparkchat_stream;
typedef struct sparkchat_event sparkchat_event;
typedef struct sparkchat_error sparkchat_error;
int sparkchat_abi_version(void);
sparkchat_config *sparkchat_config_new(void);
int sparkchat_config_load_environment(sparkchat_config *, sparkchat_error **);
void sparkchat_config_free(sparkchat_config *);
int sparkchat_client_new(const sparkchat_config *, sparkchat_client **, sparkchat_error **);
int sparkchat_client_open(const sparkchat_client *, const sparkchat_request *, sparkchat_stream **,
                          sparkchat_error **);
void sparkchat_client_free(sparkchat_client *);
sparkchat_request *sparkchat_request_new(void);
int sparkchat_request_add_message(sparkchat_request *, int, const char *, size_t, sparkchat_error **);
void sparkchat_request_free(sparkchat_request *);
int sparkchat_stream_next(sparkchat_stream *, int, const sparkchat_event **, sparkchat_error **);
void sparkchat_stream_cancel(sparkchat_stream *);
void sparkchat_stream_free(sparkchat_stream *);
int sparkchat_event_kind_of(const sparkchat_event *);
const void *sparkchat_event_text(const sparkchat_event *, size_t *);
const char *sparkchat_error_message(const sparkchat_error *);
const char *sparkchat_error_hint(const sparkchat_error *);
void sparkchat_error_free(sparkchat_error *);
C;

final class SparkException extends Exception
{
}

/** The library, and what all calls of it share. */
final class Spark
{
    public readonly FFI $lib;

    public function __construct()
    {
        $this->lib = FFI::cdef(HEADER, getenv('SPARKCHAT_LIBRARY') ?: 'libsparkchat.so.0');
        if ($this->lib->sparkchat_abi_version() !== ABI_VERSION) {
            throw new SparkException('libsparkchat has another ABI version');
        }
    }

    /** Returns a place for the library to store a pointer; it holds NULL. */
    public function place(string $type): FFI\CData
    {
        return $this->lib->new("$type *");
    }

    /** Calls a function whose last parameter is an error, and throws that. */
    public function check(callable $call): int
    {
        $error = $this->place('sparkchat_error');
        $status = $call(FFI::addr($error));
        if ($status >= 0) {
            return $status;
        }
        $message = $this->lib->sparkchat_error_message($error);
        $hint = $this->lib->sparkchat_error_hint($error);
        $this->lib->sparkchat_error_free($error);
        throw new SparkException($hint === '' ? $message : "$message\nhint: $hint", $status);
    }
}

/** A client. */
final class Client
{
    public readonly FFI\CData $handle;

    public function __construct(public readonly Spark $spark)
    {
        $lib = $spark->lib;
        $this->handle = $spark->place('sparkchat_client');
        $config = $lib->sparkchat_config_new();
        try {
            // If this fails, the next call reports it.
            $lib->sparkchat_config_load_environment($config, null);
            $spark->check(fn ($error) => $lib->sparkchat_client_new($config, FFI::addr($this->handle), $error));
        } finally {
            $lib->sparkchat_config_free($config);
        }
    }

    public function __destruct()
    {
        $this->spark->lib->sparkchat_client_free($this->handle);
    }
}

/** One answer. It continues until it is complete, cancelled, or no longer referenced. */
final class Answer
{
    private readonly FFI\CData $stream;

    public function __construct(private readonly Client $client, string $question)
    {
        $spark = $client->spark;
        $lib = $spark->lib;
        $this->stream = $spark->place('sparkchat_stream');
        $request = $lib->sparkchat_request_new();
        try {
            $lib->sparkchat_request_add_message($request, ROLE_USER, $question, strlen($question), null);
            $spark->check(fn ($error) => $lib->sparkchat_client_open(
                $client->handle, $request, FFI::addr($this->stream), $error));
        } finally {
            $lib->sparkchat_request_free($request);
        }
    }

    public function pieces(): Generator
    {
        $spark = $this->client->spark;
        $lib = $spark->lib;
        $event = $lib->new('const sparkchat_event *');
        $length = $lib->new('size_t');
        $next = fn ($error) => $lib->sparkchat_stream_next($this->stream, -1, FFI::addr($event), $error);
        while ($spark->check($next) !== DONE) {
            if ($lib->sparkchat_event_kind_of($event) === EVENT_TEXT) {
                $text = $lib->sparkchat_event_text($event, FFI::addr($length));
                yield FFI::string($text, $length->cdata);
            }
        }
    }

    public function cancel(): void
    {
        $this->client->spark->lib->sparkchat_stream_cancel($this->stream);
    }

    public function __destruct()
    {
        $this->client->spark->lib->sparkchat_stream_free($this->stream);
    }
}

try {
    $client = new Client(new Spark());
    foreach ((new Answer($client, $argv[1] ?? 'Hello'))->pieces() as $piece) {
        echo $piece;
    }
    echo "\n";
    try {
        $answer = new Answer($client, $argv[2] ?? 'Tell me a long story');
        foreach ($answer->pieces() as $piece) {
            echo $piece;
            $answer->cancel();
        }
        echo "\n";
    } catch (SparkException $failure) {
        if ($failure->getCode() !== CANCELLED) {
            throw $failure;
        }
        echo "\n(cancelled)\n";
    }
} catch (SparkException | FFI\Exception $failure) {
    fwrite(STDERR, "error: {$failure->getMessage()}\n");
    exit(1);
}

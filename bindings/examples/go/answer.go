// Go with cgo: a function receives an answer piece by piece, and a context cancels it.
//
//	go build
//	./answer "Hello" "Tell me a long story"
//
// Answers the first question, and cancels the second from another goroutine.
package main

// #cgo LDFLAGS: -lsparkchat
// #include <sparkchat.h>
// #include <stdlib.h>
import "C"

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"unsafe"
)

// failure copies an error of the library, with what to do about it, and frees it.
func failure(e *C.sparkchat_error) error {
	defer C.sparkchat_error_free(e)
	if C.sparkchat_error_status(e) == C.SPARKCHAT_ERR_CANCELLED {
		return context.Canceled
	}
	text := C.GoString(C.sparkchat_error_message(e))
	if hint := C.GoString(C.sparkchat_error_hint(e)); hint != "" {
		text += "\nhint: " + hint
	}
	return errors.New(text)
}

// ask calls onPiece for each piece of the answer, until it is complete or ctx is done.
//
// The error and the event are C pointers in Go variables, which cgo allows during a call.
func ask(ctx context.Context, client *C.sparkchat_client, question string, onPiece func(string)) error {
	var e *C.sparkchat_error
	var stream *C.sparkchat_stream
	text := C.CString(question)
	defer C.free(unsafe.Pointer(text))
	request := C.sparkchat_request_new()
	defer C.sparkchat_request_free(request)
	C.sparkchat_request_add_message(request, C.SPARKCHAT_ROLE_USER, text, C.size_t(len(question)), nil)
	if C.sparkchat_client_open(client, request, &stream, &e) < 0 {
		return failure(e)
	}
	defer C.sparkchat_stream_free(stream)

	// A thread inside C does not notice that the context is done, so a goroutine cancels.
	over := make(chan struct{})
	var watching sync.WaitGroup
	watching.Add(1)
	go func() {
		defer watching.Done()
		select {
		case <-ctx.Done():
			C.sparkchat_stream_cancel(stream)
		case <-over:
		}
	}()
	defer watching.Wait() // before the stream is freed
	defer close(over)

	for {
		var event *C.sparkchat_event
		status := C.sparkchat_stream_next(stream, -1, &event, &e)
		switch {
		case status < 0:
			return failure(e)
		case status == C.SPARKCHAT_DONE:
			return nil
		case C.sparkchat_event_kind_of(event) == C.SPARKCHAT_EVENT_TEXT:
			var length C.size_t
			piece := C.sparkchat_event_text(event, &length)
			onPiece(C.GoStringN(piece, C.int(length)))
		}
	}
}

func run(first, second string) error {
	if C.sparkchat_abi_version() != C.SPARKCHAT_ABI_VERSION {
		return errors.New("libsparkchat has another ABI version")
	}
	var e *C.sparkchat_error
	var client *C.sparkchat_client
	config := C.sparkchat_config_new()
	defer C.sparkchat_config_free(config)
	// If this fails, the next call reports it.
	C.sparkchat_config_load_environment(config, nil)
	if C.sparkchat_client_new(config, &client, &e) < 0 {
		return failure(e)
	}
	defer C.sparkchat_client_free(client)

	show := func(piece string) { fmt.Print(piece) }
	if err := ask(context.Background(), client, first, show); err != nil {
		return err
	}
	fmt.Println()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	err := ask(ctx, client, second, func(piece string) { show(piece); cancel() })
	if errors.Is(err, context.Canceled) {
		fmt.Println("\n(cancelled)")
		return nil
	}
	if err == nil {
		fmt.Println()
	}
	return err
}

func main() {
	questions := []string{"Hello", "Tell me a long story"}
	copy(questions, os.Args[1:])
	if err := run(questions[0], questions[1]); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

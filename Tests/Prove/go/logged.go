// A Go callback as in docs/other-languages.md: `user_data` is C memory that holds a cgo.Handle.
// Prints the answer and the number of log lines, each of which panics.
package main

// #cgo pkg-config: sparkchat
// #include <sparkchat.h>
// #include <stdlib.h>
// extern void goLog(sparkchat_log_level, char *, char *, void *);
// extern void goDestroy(void *);
// static void call_log(sparkchat_log_level level, const char *message, const char *fields,
//                      void *user_data) {
//   goLog(level, (char *)message, (char *)fields, user_data);
// }
// static sparkchat_status set_log(sparkchat_config *config, void *user_data) {
//   return sparkchat_config_set_log(config, SPARKCHAT_LOG_DEBUG, call_log, user_data, goDestroy,
//                                   NULL);
// }
import "C"

import (
	"fmt"
	"os"
	"runtime"
	"runtime/cgo"
	"unsafe"
)

type log struct{ lines, panics, destroyed int }

func logOf(place unsafe.Pointer) *log {
	return (*(*cgo.Handle)(place)).Value().(*log)
}

//export goLog
func goLog(level C.sparkchat_log_level, message, fields *C.char, place unsafe.Pointer) {
	found := logOf(place)
	defer func() {
		if recover() != nil {
			found.panics++
		}
	}()
	runtime.GC() // frees objects that Go no longer refers to
	found.lines++
	panic("in a callback")
}

//export goDestroy
func goDestroy(place unsafe.Pointer) {
	logOf(place).destroyed++
	(*(*cgo.Handle)(place)).Delete()
	C.free(place)
}

func main() {
	found := &log{}
	place := C.malloc(C.size_t(unsafe.Sizeof(cgo.Handle(0))))
	*(*cgo.Handle)(place) = cgo.NewHandle(found)
	config := C.sparkchat_config_new()
	C.sparkchat_config_load_environment(config, nil)
	C.set_log(config, place)
	var client *C.sparkchat_client
	var response *C.sparkchat_response
	if C.sparkchat_client_new(config, &client, nil) < 0 {
		os.Exit(1)
	}
	C.sparkchat_config_free(config)
	request := C.sparkchat_request_new()
	text := C.CString("Hello")
	C.sparkchat_request_add_message(request, C.SPARKCHAT_ROLE_USER, text, 5, nil)
	C.free(unsafe.Pointer(text))
	if C.sparkchat_client_invoke(client, request, &response, nil) < 0 {
		os.Exit(1)
	}
	fmt.Println(C.GoString(C.sparkchat_response_text(response, nil)))
	C.sparkchat_response_free(response)
	C.sparkchat_request_free(request)
	C.sparkchat_client_free(client)
	fmt.Println(found.lines > 0 && found.panics == found.lines, found.destroyed)
}

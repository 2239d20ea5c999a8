-- LuaJIT with its FFI: an answer is an iterator over pieces.
--
--   luajit answer.lua "Hello" "Tell me a long story"
--
-- Answers the first question, and cancels the second between two pieces. Pulling suits LuaJIT
-- better than a callback: calls into Lua from C are slow, and only a few callbacks can exist.
local ffi = require("ffi")

-- The declarations of sparkchat.h that are used here.
ffi.cdef [[
int sparkchat_abi_version(void);
typedef struct sparkchat_config sparkchat_config;
typedef struct sparkchat_client sparkchat_client;
typedef struct sparkchat_request sparkchat_request;
typedef struct sparkchat_stream sparkchat_stream;
typedef struct sparkchat_event sparkchat_event;
typedef struct sparkchat_error sparkchat_error;
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
const char *sparkchat_event_text(const sparkchat_event *, size_t *);
const char *sparkchat_error_message(const sparkchat_error *);
const char *sparkchat_error_hint(const sparkchat_error *);
void sparkchat_error_free(sparkchat_error *);
]]
local lib
local ABI_VERSION = 0
local DONE, CANCELLED, ROLE_USER, EVENT_TEXT = 1, -60, 2, 2

-- Calls a function whose last parameter is an error. Returns its status, or raises the error.
local function call(name, ...)
  local failure = ffi.new("sparkchat_error *[1]")
  local arguments = { ... }
  arguments[#arguments + 1] = failure
  local status = lib[name](unpack(arguments))
  if status >= 0 or status == CANCELLED then
    lib.sparkchat_error_free(failure[0])
    return status
  end
  local message = ffi.string(lib.sparkchat_error_message(failure[0]))
  local hint = ffi.string(lib.sparkchat_error_hint(failure[0]))
  lib.sparkchat_error_free(failure[0])
  error(hint == "" and message or message .. "\nhint: " .. hint, 0)
end

-- The garbage collector frees the objects.
local function new_client()
  local config = ffi.gc(lib.sparkchat_config_new(), lib.sparkchat_config_free)
  lib.sparkchat_config_load_environment(config, nil) -- if this fails, the next call reports it
  local made = ffi.new("sparkchat_client *[1]")
  call("sparkchat_client_new", config, made)
  return ffi.gc(made[0], lib.sparkchat_client_free)
end

-- Prints an answer as it arrives.
local function ask(client, question, cancel)
  local request = ffi.gc(lib.sparkchat_request_new(), lib.sparkchat_request_free)
  lib.sparkchat_request_add_message(request, ROLE_USER, question, #question, nil)
  local opened = ffi.new("sparkchat_stream *[1]")
  local status = call("sparkchat_client_open", client, request, opened)
  local stream = ffi.gc(opened[0], lib.sparkchat_stream_free)
  local event = ffi.new("const sparkchat_event *[1]")
  local length = ffi.new("size_t[1]")
  while status >= 0 and status ~= DONE do
    if lib.sparkchat_event_kind_of(event[0]) == EVENT_TEXT then
      local text = lib.sparkchat_event_text(event[0], length)
      io.write(ffi.string(text, length[0]))
      io.flush()
      if cancel then
        lib.sparkchat_stream_cancel(stream)
      end
    end
    status = call("sparkchat_stream_next", stream, -1, event)
  end
  print(status == CANCELLED and "\n(cancelled)" or "")
end

local function main()
  lib = ffi.load(os.getenv("SPARKCHAT_LIBRARY") or "libsparkchat.so.0")
  if lib.sparkchat_abi_version() ~= ABI_VERSION then
    error("libsparkchat has another ABI version", 0)
  end
  local client = new_client()
  ask(client, arg[1] or "Hello", false)
  ask(client, arg[2] or "Tell me a long story", true)
end

local ok, message = pcall(main)
if not ok then
  io.stderr:write("error: ", message, "\n")
end
os.exit(ok and 0 or 1, true) -- true: free all objects

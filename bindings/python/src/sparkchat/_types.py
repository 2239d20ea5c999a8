"""The types of libsparkchat's C interface as ctypes sees them."""

from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_size_t, c_void_p

# A type for each kind of object: a mixed-up pointer is then an error of Python, not a crash.


class Config(Structure):
    """Opaque."""


class Client(Structure):
    """Opaque."""


class Request(Structure):
    """Opaque."""


class Stream(Structure):
    """Opaque."""


class Group(Structure):
    """Opaque."""


class Event(Structure):
    """Opaque."""


class Response(Structure):
    """Opaque."""


class Error(Structure):
    """Opaque."""


ConfigPointer = POINTER(Config)
ClientPointer = POINTER(Client)
RequestPointer = POINTER(Request)
StreamPointer = POINTER(Stream)
GroupPointer = POINTER(Group)
EventPointer = POINTER(Event)
ResponsePointer = POINTER(Response)
ErrorPointer = POINTER(Error)

ClientOut = POINTER(ClientPointer)
StreamOut = POINTER(StreamPointer)
GroupOut = POINTER(GroupPointer)
EventOut = POINTER(EventPointer)
ResponseOut = POINTER(ResponsePointer)
ErrorOut = POINTER(ErrorPointer)
LengthOut = POINTER(c_size_t)

# C gives all its enums the size of an int.
Status = Outcome = Phase = Role = EventKind = Tokens = Thinking = Search = c_int
Timing = Connection = LogLevel = c_int

EventFunction = CFUNCTYPE(c_int, EventPointer, c_void_p)
LogFunction = CFUNCTYPE(None, LogLevel, c_char_p, c_char_p, c_void_p)
DestroyFunction = CFUNCTYPE(None, c_void_p)

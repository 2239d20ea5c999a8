"""The types of libsparkchat's C interface as ctypes sees them."""

from ctypes import CFUNCTYPE, POINTER, Structure, c_char, c_char_p, c_int, c_size_t, c_void_p

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


class Model(Structure):
    """Opaque."""


class Conversation(Structure):
    """Opaque."""


class FunctionResult(Structure):
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
ModelPointer = POINTER(Model)
ConversationPointer = POINTER(Conversation)
FunctionResultPointer = POINTER(FunctionResult)
EventPointer = POINTER(Event)
ResponsePointer = POINTER(Response)
ErrorPointer = POINTER(Error)

ClientOut = POINTER(ClientPointer)
RequestOut = POINTER(RequestPointer)
StreamOut = POINTER(StreamPointer)
GroupOut = POINTER(GroupPointer)
ConversationOut = POINTER(ConversationPointer)
EventOut = POINTER(EventPointer)
ResponseOut = POINTER(ResponsePointer)
ErrorOut = POINTER(ErrorPointer)
LengthOut = POINTER(c_size_t)
# A string that has to be freed keeps its address: a plain c_char_p would be made a copy at once.
StringPointer = POINTER(c_char)
StringOut = POINTER(StringPointer)

# C gives all its enums the size of an int.
Status = Outcome = Phase = Role = EventKind = Tokens = Thinking = Search = c_int
Timing = Connection = LogLevel = Transport = FunctionChoice = ResponseFormat = c_int
Feature = Support = c_int

EventFunction = CFUNCTYPE(c_int, EventPointer, c_void_p)
CallFunction = CFUNCTYPE(c_int, c_char_p, c_char_p, c_size_t, FunctionResultPointer, c_void_p)
LogFunction = CFUNCTYPE(None, LogLevel, c_char_p, c_char_p, c_void_p)
DestroyFunction = CFUNCTYPE(None, c_void_p)

# Generated from include/sparkchat.h by scripts/generate.py; do not edit.
"""The types of the C interface as ctypes sees them.

Each kind of object has a type, so Python refuses a pointer of another kind.
"""

from ctypes import (
    CFUNCTYPE,
    POINTER,
    Structure,
    c_char,
    c_char_p,
    c_int,
    c_int64,
    c_size_t,
    c_void_p,
)


class Config(Structure):
    """The settings of a client, under construction."""


class Client(Structure):
    """The service's address and your credentials.

    Never changes; shared by any number of threads.
    """


class Request(Structure):
    """Messages and options, under construction.

    It may be sent any number of times; sending copies it.
    """


class Stream(Structure):
    """A request in progress and its incoming answer."""


class Group(Structure):
    """Many streams that are driven by one thread."""


class Model(Structure):
    """One of the service's models, as the library knows it; static."""


class Conversation(Structure):
    """A history of questions and answers, and the tools that the model may call."""


class ToolResult(Structure):
    """Receives the result of a tool callback."""


class Event(Structure):
    """One piece of an answer."""


class Response(Structure):
    """What has been received of an answer."""


class Error(Structure):
    """Why something failed. Never changes; may be read by any thread."""


ConfigPointer = POINTER(Config)
ClientPointer = POINTER(Client)
RequestPointer = POINTER(Request)
StreamPointer = POINTER(Stream)
GroupPointer = POINTER(Group)
ModelPointer = POINTER(Model)
ConversationPointer = POINTER(Conversation)
ToolResultPointer = POINTER(ToolResult)
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
# A string that has to be freed keeps its address: ctypes turns a c_char_p into a copy.
StringPointer = POINTER(c_char)
StringOut = POINTER(StringPointer)

# C gives all its enums the size of an int.
Status = c_int
Outcome = c_int
FinishReason = c_int
WarningCode = c_int
Phase = c_int
Transport = c_int
Role = c_int
ToolChoice = c_int
ResponseFormat = c_int
Feature = c_int
Support = c_int
EventKind = c_int
Tokens = c_int
Thinking = c_int
Search = c_int
EmbeddingDomain = c_int
Timing = c_int
Connection = c_int
LogLevel = c_int

DestroyCallback = CFUNCTYPE(None, c_void_p)
LogCallback = CFUNCTYPE(None, LogLevel, c_char_p, c_char_p, c_void_p)
AcquireCallback = CFUNCTYPE(c_int, c_int64, c_void_p)
ReportCallback = CFUNCTYPE(None, c_int64, Status, c_int, c_void_p)
ReleaseCallback = CFUNCTYPE(None, c_int64, c_void_p)
EventCallback = CFUNCTYPE(c_int, EventPointer, c_void_p)
ToolCallback = CFUNCTYPE(c_int, c_char_p, c_char_p, c_size_t, ToolResultPointer, c_void_p)

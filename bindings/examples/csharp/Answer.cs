// C# with P/Invoke: an answer is an enumerable of pieces.
//
//   mcs Answer.cs
//   mono Answer.exe "Hello" "Tell me a long story"
//
// Answers the first question, and cancels the second from another thread. With .NET, use this as the only file of
// a project made by `dotnet new console`.
using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;

// A SafeHandle keeps its object alive while a call on any thread uses it, and frees it once.
abstract class Handle : SafeHandle {
  protected Handle() : base(IntPtr.Zero, true) {}
  public override bool IsInvalid { get { return handle == IntPtr.Zero; } }
}
sealed class ConfigHandle : Handle {
  protected override bool ReleaseHandle() { Native.sparkchat_config_free(handle); return true; }
}
sealed class ClientHandle : Handle {
  protected override bool ReleaseHandle() { Native.sparkchat_client_free(handle); return true; }
}
sealed class RequestHandle : Handle {
  protected override bool ReleaseHandle() { Native.sparkchat_request_free(handle); return true; }
}
sealed class StreamHandle : Handle {
  protected override bool ReleaseHandle() { Native.sparkchat_stream_free(handle); return true; }
}
sealed class ErrorHandle : Handle {
  protected override bool ReleaseHandle() { Native.sparkchat_error_free(handle); return true; }
}

/// The declarations of sparkchat.h that are used here. UIntPtr is C's size_t.
static class Native {
  public const int AbiVersion = 0, Done = 1, Cancelled = -60, RoleUser = 2, EventText = 2;
  const string Name = "libsparkchat.so.0";

  [DllImport(Name)] public static extern int sparkchat_abi_version();
  [DllImport(Name)] public static extern ConfigHandle sparkchat_config_new();
  [DllImport(Name)] public static extern int sparkchat_config_load_environment(
      ConfigHandle config, IntPtr error);
  [DllImport(Name)] public static extern void sparkchat_config_free(IntPtr config);
  [DllImport(Name)] public static extern int sparkchat_client_new(
      ConfigHandle config, out ClientHandle client, out ErrorHandle error);
  [DllImport(Name)] public static extern int sparkchat_client_open(
      ClientHandle client, RequestHandle request, out StreamHandle stream, out ErrorHandle error);
  [DllImport(Name)] public static extern void sparkchat_client_free(IntPtr client);
  [DllImport(Name)] public static extern RequestHandle sparkchat_request_new();
  [DllImport(Name)] public static extern int sparkchat_request_add_message(
      RequestHandle request, int role, byte[] text, UIntPtr length, IntPtr error);
  [DllImport(Name)] public static extern void sparkchat_request_free(IntPtr request);
  [DllImport(Name)] public static extern int sparkchat_stream_next(
      StreamHandle stream, int timeoutMs, out IntPtr anEvent, out ErrorHandle error);
  [DllImport(Name)] public static extern void sparkchat_stream_cancel(StreamHandle stream);
  [DllImport(Name)] public static extern void sparkchat_stream_free(IntPtr stream);
  [DllImport(Name)] public static extern int sparkchat_event_kind_of(IntPtr anEvent);
  [DllImport(Name)] public static extern IntPtr sparkchat_event_text(
      IntPtr anEvent, out UIntPtr length);
  [DllImport(Name)] public static extern IntPtr sparkchat_error_message(ErrorHandle error);
  [DllImport(Name)] public static extern IntPtr sparkchat_error_hint(ErrorHandle error);
  [DllImport(Name)] public static extern void sparkchat_error_free(IntPtr error);

  [DllImport("libc.so.6")] static extern IntPtr dlopen(string path, int flags);
  [DllImport("libc.so.6")] static extern IntPtr dlerror();

  /// After the library is loaded from SPARKCHAT_LIBRARY, the system finds it by its versioned name. Load it before
  /// a method that calls the library is compiled.
  public static void Load() {
    const int Now = 2, Global = 0x100;
    string path = Environment.GetEnvironmentVariable("SPARKCHAT_LIBRARY");
    if (!string.IsNullOrEmpty(path) && dlopen(path, Now | Global) == IntPtr.Zero) {
      throw new DllNotFoundException(Utf8(dlerror()));
    }
  }

  public static void CheckVersion() {
    if (sparkchat_abi_version() != AbiVersion) {
      throw new SparkException(-1, "libsparkchat has another ABI version");
    }
  }

  public static byte[] Copy(IntPtr text, int length) {
    var bytes = new byte[length];
    Marshal.Copy(text, bytes, 0, length);
    return bytes;
  }

  public static string Utf8(IntPtr text) {
    int length = 0;
    while (Marshal.ReadByte(text, length) != 0) {
      length++;
    }
    return Encoding.UTF8.GetString(Copy(text, length));
  }

  /// Throws the error of a call that returned a negative status.
  public static int Check(int status, ErrorHandle error) {
    using (error) {
      if (status >= 0) {
        return status;
      }
      string hint = Utf8(sparkchat_error_hint(error));
      string message = Utf8(sparkchat_error_message(error));
      throw new SparkException(status, hint == "" ? message : message + "\nhint: " + hint);
    }
  }
}

sealed class SparkException : Exception {
  public readonly int Status;
  public SparkException(int status, string message) : base(message) { Status = status; }
}

/// A client, which any thread may use.
sealed class Client : IDisposable {
  readonly ClientHandle handle;

  public Client() {
    using (ConfigHandle config = Native.sparkchat_config_new()) {
      // If this fails, the next call reports it.
      Native.sparkchat_config_load_environment(config, IntPtr.Zero);
      ErrorHandle error;
      Native.Check(Native.sparkchat_client_new(config, out handle, out error), error);
    }
  }

  public Answer Ask(string question) {
    byte[] text = Encoding.UTF8.GetBytes(question);
    using (RequestHandle request = Native.sparkchat_request_new()) {
      Native.sparkchat_request_add_message(
          request, Native.RoleUser, text, (UIntPtr)text.Length, IntPtr.Zero);
      StreamHandle stream;
      ErrorHandle error;
      Native.Check(Native.sparkchat_client_open(handle, request, out stream, out error), error);
      return new Answer(stream);
    }
  }

  public void Dispose() { handle.Dispose(); }
}

/// One answer. One thread at a time reads its pieces; any thread may cancel it until it is disposed.
sealed class Answer : IDisposable {
  readonly StreamHandle stream;

  public Answer(StreamHandle stream) { this.stream = stream; }

  /// The text is UTF-8, and never ends inside a character.
  public IEnumerable<byte[]> Pieces() {
    for (;;) {
      IntPtr anEvent;
      ErrorHandle error;
      int status = Native.sparkchat_stream_next(stream, -1, out anEvent, out error);
      if (Native.Check(status, error) == Native.Done) {
        yield break;
      }
      if (Native.sparkchat_event_kind_of(anEvent) == Native.EventText) {
        UIntPtr length;
        IntPtr text = Native.sparkchat_event_text(anEvent, out length);
        yield return Native.Copy(text, (int)length);
      }
    }
  }

  public void Cancel() { Native.sparkchat_stream_cancel(stream); }
  public void Dispose() { stream.Dispose(); }
}

static class Program {
  static readonly Stream Output = Console.OpenStandardOutput();

  static void Write(byte[] piece) {
    Output.Write(piece, 0, piece.Length);
    Output.Flush();
  }

  /// Prints an answer, and waits for the thread that cancels before the answer is freed.
  static void Show(Client client, string question, bool cancel) {
    using (Answer answer = client.Ask(question)) {
      Thread canceller = null;
      string end = "\n";
      try {
        foreach (byte[] piece in answer.Pieces()) {
          Write(piece);
          if (cancel && canceller == null) {
            canceller = new Thread(answer.Cancel);
            canceller.Start();
          }
        }
      } catch (SparkException failure) when (failure.Status == Native.Cancelled) {
        end = "\n(cancelled)\n";
      } finally {
        if (canceller != null) {
          canceller.Join();
        }
      }
      Write(Encoding.UTF8.GetBytes(end));
    }
  }

  static int Main(string[] arguments) {
    try {
      Native.Load();
      Native.CheckVersion();
      using (var client = new Client()) {
        Show(client, arguments.Length > 0 ? arguments[0] : "Hello", false);
        Show(client, arguments.Length > 1 ? arguments[1] : "Tell me a long story", true);
      }
      return 0;
    } catch (Exception failure) when (failure is SparkException || failure is DllNotFoundException) {
      Console.Error.WriteLine("error: " + failure.Message);
      return 1;
    }
  }
}

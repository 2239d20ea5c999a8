// Java with JNA (Debian: libjna-java): a Consumer receives an answer piece by piece.
//
//   javac -cp /usr/share/java/jna.jar Answer.java
//   java -cp /usr/share/java/jna.jar:. Answer "Hello" "Tell me a long story"
//
// Answers the first question, and cancels the second from another thread.
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

public final class Answer implements AutoCloseable {
  /** The declarations of sparkchat.h that are used here. size_t has 64 bits on 64-bit systems. */
  interface Spark extends Library {
    Spark LIB = Native.load(
        System.getenv().getOrDefault("SPARKCHAT_LIBRARY", "libsparkchat.so.0"), Spark.class);
    int ABI_VERSION = 0;
    int DONE = 1;
    int CANCELLED = -60;
    int ROLE_USER = 2;
    int EVENT_TEXT = 2;

    int sparkchat_abi_version();
    Pointer sparkchat_config_new();
    int sparkchat_config_load_environment(Pointer config, PointerByReference error);
    void sparkchat_config_free(Pointer config);
    int sparkchat_client_new(Pointer config, PointerByReference client, PointerByReference error);
    int sparkchat_client_open(
        Pointer client, Pointer request, PointerByReference stream, PointerByReference error);
    void sparkchat_client_free(Pointer client);
    Pointer sparkchat_request_new();
    int sparkchat_request_add_message(
        Pointer request, int role, byte[] text, long length, PointerByReference error);
    void sparkchat_request_free(Pointer request);
    int sparkchat_stream_next(
        Pointer stream, int timeoutMs, PointerByReference event, PointerByReference error);
    void sparkchat_stream_cancel(Pointer stream);
    void sparkchat_stream_free(Pointer stream);
    int sparkchat_event_kind_of(Pointer event);
    Pointer sparkchat_event_text(Pointer event, long[] length);
    Pointer sparkchat_error_message(Pointer error);
    Pointer sparkchat_error_hint(Pointer error);
    void sparkchat_error_free(Pointer error);
  }

  static final class Failure extends Exception {
    final int status;

    Failure(int status, String message) {
      super(message);
      this.status = status;
    }
  }

  /** Calls a function whose last parameter is an error, and throws that. */
  static int check(ToIntFunction<PointerByReference> call) throws Failure {
    PointerByReference error = new PointerByReference();
    int status = call.applyAsInt(error);
    if (status >= 0) {
      return status;
    }
    Pointer failed = error.getValue();
    String message = Spark.LIB.sparkchat_error_message(failed).getString(0, "UTF-8");
    String hint = Spark.LIB.sparkchat_error_hint(failed).getString(0, "UTF-8");
    Spark.LIB.sparkchat_error_free(failed);
    throw new Failure(status, hint.isEmpty() ? message : message + "\nhint: " + hint);
  }

  private Pointer stream; // null when it is freed

  Answer(Pointer client, String question) throws Failure {
    byte[] text = question.getBytes(StandardCharsets.UTF_8);
    PointerByReference opened = new PointerByReference();
    Pointer request = Spark.LIB.sparkchat_request_new();
    Spark.LIB.sparkchat_request_add_message(request, Spark.ROLE_USER, text, text.length, null);
    try {
      check(error -> Spark.LIB.sparkchat_client_open(client, request, opened, error));
    } finally {
      Spark.LIB.sparkchat_request_free(request);
    }
    stream = opened.getValue();
  }

  void forEach(Consumer<String> onPiece) throws Failure {
    PointerByReference event = new PointerByReference();
    while (check(e -> Spark.LIB.sparkchat_stream_next(stream, -1, event, e)) != Spark.DONE) {
      if (Spark.LIB.sparkchat_event_kind_of(event.getValue()) == Spark.EVENT_TEXT) {
        long[] length = new long[1];
        Pointer text = Spark.LIB.sparkchat_event_text(event.getValue(), length);
        byte[] bytes = text.getByteArray(0, (int) length[0]);
        onPiece.accept(new String(bytes, StandardCharsets.UTF_8));
      }
    }
  }

  /** May be called by any thread at any time; after close() it does nothing. */
  synchronized void cancel() {
    Spark.LIB.sparkchat_stream_cancel(stream);
  }

  @Override
  public synchronized void close() {
    Spark.LIB.sparkchat_stream_free(stream);
    stream = null;
  }

  /** UTF-8, regardless of the locale. */
  private static final PrintStream OUT =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

  static void show(String piece) {
    OUT.print(piece);
    OUT.flush();
  }

  static void run(String first, String second) throws Failure {
    if (Spark.LIB.sparkchat_abi_version() != Spark.ABI_VERSION) {
      throw new Failure(-1, "libsparkchat has another ABI version");
    }
    PointerByReference made = new PointerByReference();
    Pointer config = Spark.LIB.sparkchat_config_new();
    try {
      // If this fails, the next call reports it.
      Spark.LIB.sparkchat_config_load_environment(config, null);
      check(error -> Spark.LIB.sparkchat_client_new(config, made, error));
      try (Answer answer = new Answer(made.getValue(), first)) {
        answer.forEach(Answer::show);
        OUT.println();
      }
      try (Answer answer = new Answer(made.getValue(), second)) {
        Thread canceller = new Thread(answer::cancel);
        answer.forEach(
            piece -> {
              show(piece);
              if (canceller.getState() == Thread.State.NEW) {
                canceller.start();
              }
            });
        OUT.println();
      } catch (Failure failure) {
        if (failure.status != Spark.CANCELLED) {
          throw failure;
        }
        OUT.println("\n(cancelled)");
      }
    } finally {
      Spark.LIB.sparkchat_client_free(made.getValue());
      Spark.LIB.sparkchat_config_free(config);
    }
  }

  public static void main(String[] arguments) {
    try {
      run(
          arguments.length > 0 ? arguments[0] : "Hello",
          arguments.length > 1 ? arguments[1] : "Tell me a long story");
    } catch (Failure | UnsatisfiedLinkError failure) {
      System.err.println("error: " + failure.getMessage());
      System.exit(1);
    }
  }
}

# Ruby with Fiddle (part of Ruby): an answer is an Enumerable of pieces.
#
#   ruby answer.rb "Hello" "Tell me a long story"
#
# Answers the first question, and cancels the second from another thread: Fiddle releases Ruby's
# lock while the library waits, so other threads can run.
require "fiddle/import"

module Spark
  class Failure < StandardError; end
  class Cancelled < Failure; end

  extend Fiddle::Importer
  begin
    dlload ENV.fetch("SPARKCHAT_LIBRARY", "libsparkchat.so.0")
  rescue Fiddle::DLError => e
    abort "error: #{e.message}"
  end

  ABI_VERSION = 0
  OK = 0
  DONE = 1
  CANCELLED = -60
  ROLE_USER = 2
  EVENT_TEXT = 2

  extern "int sparkchat_abi_version(void)"
  extern "void *sparkchat_config_new(void)"
  extern "int sparkchat_config_load_environment(void *config, void *error)"
  extern "void sparkchat_config_free(void *config)"
  extern "int sparkchat_client_new(void *config, void *client, void *error)"
  extern "int sparkchat_client_open(void *client, void *request, void *stream, void *error)"
  extern "void sparkchat_client_free(void *client)"
  extern "void *sparkchat_request_new(void)"
  extern "int sparkchat_request_add_message(void *, int role, char *text, size_t length, void *error)"
  extern "void sparkchat_request_free(void *request)"
  extern "int sparkchat_stream_next(void *stream, int timeout_ms, void *event, void *error)"
  extern "void sparkchat_stream_cancel(void *stream)"
  extern "void sparkchat_stream_free(void *stream)"
  extern "int sparkchat_event_kind_of(void *event)"
  extern "void *sparkchat_event_text(void *event, void *length)"
  extern "char *sparkchat_error_message(void *error)"
  extern "char *sparkchat_error_hint(void *error)"
  extern "void sparkchat_error_free(void *error)"

  # Returns a place for the library to store a pointer or a number.
  def self.place
    Fiddle::Pointer.malloc(Fiddle::SIZEOF_VOIDP, Fiddle::RUBY_FREE).tap do |place|
      place[0, Fiddle::SIZEOF_VOIDP] = "\0" * Fiddle::SIZEOF_VOIDP
    end
  end

  # Calls a function whose last parameter is an error, and raises that.
  def self.check(error = place)
    status = yield error
    return status if status >= OK
    message = sparkchat_error_message(error.ptr).to_s
    hint = sparkchat_error_hint(error.ptr).to_s
    sparkchat_error_free(error.ptr)
    message += "\nhint: #{hint}" unless hint.empty?
    raise (status == CANCELLED ? Cancelled : Failure), message
  end

  class Client
    def initialize
      raise Failure, "libsparkchat has another ABI version" if Spark.sparkchat_abi_version != ABI_VERSION

      config = Spark.sparkchat_config_new
      # If this fails, the next call reports it.
      Spark.sparkchat_config_load_environment(config, nil)
      client = Spark.place
      Spark.check { |error| Spark.sparkchat_client_new(config, client, error) }
      @client = client.ptr
    ensure
      Spark.sparkchat_config_free(config)
    end

    # Yields each piece, and a lambda that cancels. Any thread may call the lambda at any time: the
    # lock prevents the use of a freed stream, and after the answer it does nothing.
    def ask(question)
      stream = nil
      lock = Mutex.new
      cancel = -> { lock.synchronize { Spark.sparkchat_stream_cancel(stream) } }
      request = Spark.sparkchat_request_new
      Spark.sparkchat_request_add_message(request, ROLE_USER, question, question.bytesize, nil)
      opened = Spark.place
      Spark.check { |error| Spark.sparkchat_client_open(@client, request, opened, error) }
      stream = opened.ptr
      event = Spark.place
      while Spark.check { |error| Spark.sparkchat_stream_next(stream, -1, event, error) } != DONE
        next unless Spark.sparkchat_event_kind_of(event.ptr) == EVENT_TEXT
        length = Spark.place
        text = Spark.sparkchat_event_text(event.ptr, length)
        yield text[0, length[0, Fiddle::SIZEOF_SIZE_T].unpack1("J")].force_encoding("UTF-8"), cancel
      end
    ensure
      Spark.sparkchat_request_free(request)
      lock.synchronize do
        Spark.sparkchat_stream_free(stream)
        stream = nil
      end
    end

    def close
      Spark.sparkchat_client_free(@client)
    end
  end
end

$stdout.sync = true
client = thread = nil
begin
  client = Spark::Client.new
  client.ask(ARGV[0] || "Hello") { |piece, _| print piece }
  puts
  client.ask(ARGV[1] || "Tell me a long story") do |piece, cancel|
    print piece
    thread ||= Thread.new { cancel.call }
  end
  puts
rescue Spark::Cancelled
  puts "\n(cancelled)"
rescue Spark::Failure => e
  warn "error: #{e.message}"
  exit 1
ensure
  thread&.join
  client&.close
end

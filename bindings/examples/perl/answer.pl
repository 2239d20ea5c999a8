#!/usr/bin/perl
# Perl with FFI::Platypus (Debian: libffi-platypus-perl): an answer by callback.
#
#   perl answer.pl "Hello" "Tell me a long story"
#
# Answers the first question, and cancels the second: a callback ends it unless it returns 0.
use strict;
use warnings;
use FFI::Platypus 1.00;
use FFI::Platypus::Buffer qw(scalar_to_buffer buffer_to_scalar);
use FFI::Platypus::DL     qw(dlopen dlclose dlerror RTLD_PLATYPUS_DEFAULT);

use constant {
    ABI_VERSION  => 0,
    ROLE_USER    => 2,
    EVENT_TEXT   => 2,
    ERR_CALLBACK => -61,
};

my $library = $ENV{SPARKCHAT_LIBRARY} // 'libsparkchat.so.0';
my $found   = dlopen($library, RTLD_PLATYPUS_DEFAULT);
unless ($found) {    # Platypus would only say that a function is missing
    print STDERR 'error: ', dlerror(), "\n";
    exit 1;
}
my $ffi = FFI::Platypus->new(api => 1);
$ffi->lib($library);
dlclose($found);
$ffi->type('(opaque, opaque)->int' => 'event_fn');

# All objects are opaque pointers; `opaque*` receives one.
$ffi->attach(@$_)
    for (
    [sparkchat_abi_version             => []                            => 'int'],
    [sparkchat_config_new              => []                            => 'opaque'],
    [sparkchat_config_load_environment => ['opaque', 'opaque']          => 'int'],
    [sparkchat_config_free             => ['opaque']                    => 'void'],
    [sparkchat_client_new              => ['opaque', 'opaque*', 'opaque*'] => 'int'],
    [sparkchat_client_free             => ['opaque']                    => 'void'],
    [sparkchat_client_stream =>
        ['opaque', 'opaque', 'event_fn', 'opaque', 'opaque*', 'opaque*'] => 'int'],
    [sparkchat_request_new         => []                                          => 'opaque'],
    [sparkchat_request_add_message => ['opaque', 'int', 'opaque', 'size_t', 'opaque'] => 'int'],
    [sparkchat_request_free        => ['opaque']                                  => 'void'],
    [sparkchat_event_kind_of       => ['opaque']                                  => 'int'],
    [sparkchat_event_text          => ['opaque', 'size_t*']                       => 'opaque'],
    [sparkchat_error_message       => ['opaque']                                  => 'string'],
    [sparkchat_error_hint          => ['opaque']                                  => 'string'],
    [sparkchat_error_free          => ['opaque']                                  => 'void'],
    );

# Dies with the text of an error, and frees it.
sub fail {
    my ($error) = @_;
    my ($message, $hint) = (sparkchat_error_message($error), sparkchat_error_hint($error));
    sparkchat_error_free($error);
    die length $hint ? "$message\nhint: $hint\n" : "$message\n";
}

sub new_client {
    my ($client, $error);
    my $config = sparkchat_config_new();
    sparkchat_config_load_environment($config, undef);    # if this fails, the next call reports it
    my $status = sparkchat_client_new($config, \$client, \$error);
    sparkchat_config_free($config);
    fail($error) if $status < 0;
    return $client;
}

# Calls back for each piece of text. The callback ends the answer unless it returns 0.
sub ask {
    my ($client, $question, $on_piece) = @_;
    my $request = sparkchat_request_new();
    my ($bytes, $size) = scalar_to_buffer($question);
    sparkchat_request_add_message($request, ROLE_USER, $bytes, $size, undef);
    # Runs on this thread, inside the call below. It must not die there, because C frames cannot be
    # unwound, so it dies after the call.
    my $died;
    my $on_event = $ffi->closure(
        sub {
            my ($event) = @_;
            return 0 if sparkchat_event_kind_of($event) != EVENT_TEXT;
            my $text  = sparkchat_event_text($event, \my $length);
            my $piece = buffer_to_scalar($text, $length);
            my $stop;
            eval { $stop = $on_piece->($piece); 1 } or $died = $@;
            return $died ? 1 : $stop;
        }
    );
    my ($response, $error);
    my $status = sparkchat_client_stream($client, $request, $on_event, undef, undef, \$error);
    sparkchat_request_free($request);
    return 1 if $status >= 0;
    fail($error) if $status != ERR_CALLBACK;
    sparkchat_error_free($error);
    die $died if $died;
    return 0;
}

$| = 1;
my $client;
eval {
    die "libsparkchat has another ABI version\n" if sparkchat_abi_version() != ABI_VERSION;
    $client = new_client();
    ask($client, $ARGV[0] // 'Hello', sub { print @_; return 0 });
    print "\n";
    my $whole = ask($client, $ARGV[1] // 'Tell me a long story', sub { print @_; return 1 });
    print $whole ? "\n" : "\n(cancelled)\n";
    1;
} or print STDERR "error: $@";
my $status = $@ ? 1 : 0;
sparkchat_client_free($client);
exit $status;

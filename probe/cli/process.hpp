// The process as it is found, and its standard streams.
#pragma once

#include <span>
#include <string_view>

namespace probe {

/// Makes the process safe to work in: standard streams that are closed are filled, so that no
/// socket gets their number; SIGPIPE is ignored; as PID 1, where the kernel drops signals without a
/// handler, all others whose default is to end the process end it at once, with 128 + N as a shell
/// has it. Everywhere else they have their default effect.
void prepare_process();

/// Overwrites an argument of the process, up to its end, by `shown` and spaces, so that the process
/// list does not have what stands there.
void overwrite_argument(char* text, std::string_view shown);

/// Has `action`, which must be async-signal-safe, done before SIGTERM, SIGINT, SIGHUP or SIGQUIT
/// ends the process. Where these are ignored they stay so. At most once.
void before_end_by_signal(void (*action)());

/// Becomes the program `words[0]`, looked up in PATH, with these words as its arguments
/// (execvp(3)): same process, environment, directory and open streams, signals as they were at the
/// start. `words` ends with a null pointer. Returns only if that fails, with the exit status that a
/// shell would give: 126 if it cannot be executed, 127 if there is no such program.
int become(std::span<char* const> words);

/// Whether results go to a terminal that shows colours (TERM names one, and NO_COLOR is not
/// set).
bool wants_colour();

/// Writes everything, as far as the stream takes it; a stream that is gone changes nothing about
/// the result.
void write_out(std::string_view text);
void write_error(std::string_view text);

}  // namespace probe

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

interface Diverter {
  divert(): boolean;
  restore(): string;
}

/**
 * Runs `load` without TensorFlow's start-up chatter: information and warnings are dropped, errors and anything unknown still reach
 * standard error. Set TF_CPP_MIN_LOG_LEVEL to 0 or 1 to see it all.
 * @param folder of the native npm package, where set-up put the addon that diverts standard error; without it only the log level is set
 * @param expected matches error lines that are no news, because the caller tells of their cause in its own words
 */
export function withoutChatter<T>(folder: string, load: () => T, expected?: RegExp): T {
  process.env.TF_CPP_MIN_LOG_LEVEL ||= '2';
  const addon = join(folder, 'lib/napi-v8/divert_stderr.node');
  if (Number(process.env.TF_CPP_MIN_LOG_LEVEL) < 2 || !existsSync(addon)) return load();
  // TensorFlow prints from static initialisers, before it has read its log level: only the file descriptor itself can be silenced.
  const diverter = createRequire(import.meta.url)(addon) as Diverter;
  if (!diverter.divert()) return load();
  try {
    return load();
  } finally {
    const rest = withoutChatterLines(diverter.restore(), expected);
    if (rest !== '') process.stderr.write(rest);
  }
}

/** What is left of TensorFlow's log lines without those of severity I and W, the lines that go on from them, and absl's preface. */
export function withoutChatterLines(text: string, expected?: RegExp): string {
  let dropping = false;
  const kept = text.split(/(?<=\n)/).filter((line) => {
    const severity = /^(?:\d{4}-\d\d-\d\d [\d:.]+: )?([IWEF])(?:\d{4} [\d:.]+ |\s+\S+:\d+\])/.exec(line)?.[1];
    if (severity !== undefined) dropping = severity === 'I' || severity === 'W' || expected?.test(line) === true;
    else if (/^WARNING: All log messages before absl::InitializeLog/.test(line)) dropping = true;
    else if (!/^To enable the following instructions/.test(line)) dropping = false;
    return !dropping;
  });
  return kept.join('');
}

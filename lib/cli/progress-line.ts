/** Seconds between lines where nobody watches a terminal. */
const every = 5;

/** Shows a line on stderr that replaces the one before on a terminal; elsewhere one line every five seconds, and the last. */
export function progressLine(): (text: string, last: boolean) => void {
  let shown = performance.now();
  return (text, last) => {
    if (process.stderr.isTTY) {
      process.stderr.write(`\r\x1b[2K${text.slice(0, (process.stderr.columns || 80) - 1)}${last ? '\n' : ''}`);
    } else if (last || performance.now() - shown >= every * 1000) {
      shown = performance.now();
      console.error(text);
    }
  };
}

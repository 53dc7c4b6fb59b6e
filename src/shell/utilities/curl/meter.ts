import type { Tool } from "../tool.ts";

const HEAD =
  "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n";

/** Five places: 4882k. */
function five(bytes: number): string {
  if (bytes < 100_000) return String(bytes).padStart(5);
  return (bytes < 10_240_000 ? `${Math.floor(bytes / 1024)}k` : `${Math.floor(bytes / 1_048_576)}M`).padStart(5);
}
function clock(ms: number): string {
  const s = Math.floor(ms / 1000);
  if (s === 0) return "--:--:--";
  return `${Math.floor(s / 3600)}:${String(Math.floor(s / 60) % 60).padStart(2, "0")}:${String(s % 60).padStart(2, "0")}`.padStart(8);
}
function line(received: number, sent: number, ms: number, expected = received + sent): string {
  const share = (n: number): string => (n > 0 ? "100" : "  0");
  const rate = (n: number): number => (ms > 0 ? Math.floor((n * 1000) / ms) : 0);
  const speed = rate(received + sent);
  return `${share(received + sent)} ${five(expected)}  ${share(received)} ${five(received)}  ${share(sent)} ${five(sent)}  ${five(rate(received))}  ${five(rate(sent))} --:--:-- ${clock(ms)} --:--:-- ${five(speed)}`;
}

/** The progress meter, which is shown where the output goes elsewhere than to the terminal. */
export class Meter {
  readonly #t: Tool;
  readonly #on: boolean;
  #shown = false;
  constructor(t: Tool, on: boolean) {
    this.#t = t;
    this.#on = on;
  }
  async start(): Promise<void> {
    if (!this.#on) return;
    await this.#t.proc.stderr.write(`${this.#shown ? "" : HEAD}${line(0, 0, 0)}`);
    this.#shown = true;
  }
  async end(received: number, sent: number, ms: number): Promise<void> {
    if (this.#on) await this.#t.proc.stderr.write(`\r${line(received, sent, ms)}\n`);
  }
}

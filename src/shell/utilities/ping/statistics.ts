/** What ping counts, and how it tells at the end. */
export class Statistics {
  replies = 0;
  #sent = 0;
  #errors = 0;
  #first: number;
  #last: number;
  #times: number[] = [];
  /** The most requests that were on their way at once, seen when an answer came. */
  #pipe = 0;

  constructor(now: number) {
    this.#first = now;
    this.#last = now;
  }
  sent(now: number): void {
    if (this.#sent === 0) this.#first = now;
    this.#sent++;
    this.#last = now;
  }
  received(ms: number, now: number): void {
    this.#pipe = Math.max(this.#pipe, this.#sent - this.replies - this.#errors);
    this.replies++;
    this.#times.push(ms);
    this.#last = now;
  }
  failed(now: number): void {
    this.#pipe = Math.max(this.#pipe, this.#sent - this.replies - this.#errors);
    this.#errors++;
    this.#last = now;
  }

  text(host: string, busybox: boolean, now: number): string {
    const lost = this.#sent === 0 ? 0 : Math.floor(((this.#sent - this.replies) * 100) / this.#sent);
    const head = `\n--- ${host} ping statistics ---\n${this.#sent} packets transmitted, `;
    const sum = this.#times.reduce((a, b) => a + b, 0);
    const [least, most] = [Math.min(...this.#times), Math.max(...this.#times)];
    const mean = sum / this.replies;
    const three = (n: number): string => n.toFixed(3);
    if (busybox) {
      const trip = this.replies === 0 ? "" : `round-trip min/avg/max = ${three(least)}/${three(mean)}/${three(most)} ms\n`;
      return `${head}${this.replies} packets received, ${lost}% packet loss\n${trip}`;
    }
    const errors = this.#errors > 0 ? `, +${this.#errors} errors` : "";
    const elapsed = Math.floor((this.replies === 0 && this.#errors === 0 ? Math.min(now, this.#last) : this.#last) - this.#first);
    const spread = Math.sqrt(Math.max(0, this.#times.reduce((a, b) => a + b * b, 0) / this.replies - mean * mean));
    const parts = [
      ...(this.replies > 0 ? [`rtt min/avg/max/mdev = ${three(least)}/${three(mean)}/${three(most)}/${three(spread)} ms`] : []),
      ...(this.#pipe > 1 ? [`pipe ${this.#pipe}`] : []),
    ];
    return `${head}${this.replies} received${errors}, ${lost}% packet loss, time ${elapsed}ms\n${parts.join(", ")}\n`;
  }
}

/** Chance from a seed: picks one of a list (mulberry32). */
export function randomOf(seed) {
  let state = seed >>> 0;
  return (list) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return list[((t ^ (t >>> 14)) >>> 0) % list.length];
  };
}

/** What two semicolons or a line's end part. */
export const listed = (text) => text.trim().split(/ ;; |\n/);

import { CliError } from "../errors.ts";

/** "ctrl-p,ctrl-q" as a terminal sends it: single characters, and ctrl- with a letter or one of @[\]^_. */
export function detachKeys(text: string): Uint8Array {
  return Uint8Array.from(text.split(","), (key) => {
    const control = /^ctrl-([a-zA-Z@[\\\]^_])$/.exec(key)?.[1];
    if (control !== undefined) return control.toUpperCase().charCodeAt(0) - 64;
    if (key.length !== 1) throw new CliError(`could not bind detach keys: Unknown character: '${key}'`);
    return key.charCodeAt(0);
  });
}

/**
 * Looks for the keys in what is typed: what goes on to the container, and whether somebody has left. Keys that may be the
 * beginning are held back until the next one tells: with ctrl-p,ctrl-q, ctrl-p and x go on together.
 */
export function detaching(keys: Uint8Array): (typed: Uint8Array) => { readonly data: Uint8Array; readonly left: boolean } {
  let held = 0;
  return (typed) => {
    const data: number[] = [];
    for (const byte of typed) {
      if (byte !== keys[held]) {
        data.push(...keys.subarray(0, held));
        held = 0;
      }
      if (byte !== keys[held]) data.push(byte);
      else if (++held === keys.length) return { data: Uint8Array.from(data), left: true };
    }
    return { data: Uint8Array.from(data), left: false };
  };
}

/** A string with a character a byte; U+0100 stands for 0, since a NUL ends a string on its way into the interpreter. */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 4096) text += String.fromCharCode(...bytes.subarray(i, i + 4096));
  return text.includes("\0") ? text.replaceAll("\0", "\u0100") : text;
}

export function unlatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = (c & 1) === 1 ? (c >>> 1) ^ 0xed_b8_83_20 : c >>> 1;
  return c;
});
/** CRC-32 of a binary string. */
export function crc32(text: string): number {
  let c = 0xff_ff_ff_ff;
  for (let i = 0; i < text.length; i++) c = (c >>> 8) ^ (TABLE[(c ^ text.charCodeAt(i)) & 255] as number);
  return (c ^ 0xff_ff_ff_ff) >>> 0;
}

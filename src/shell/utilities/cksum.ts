import type { Utility } from "./tool.ts";

const TABLE = Array.from({ length: 256 }, (_, n) => {
  let c = n << 24;
  for (let k = 0; k < 8; k++) c = c & 0x80000000 ? (c << 1) ^ 0x04c11db7 : c << 1;
  return c >>> 0;
});

export const cksum: Utility = {
  name: "cksum",
  usage: "[FILE]...",
  about: "Calculate the CRC32 checksums of FILEs",
  flags: {},
  async run(t) {
    for (const path of t.args.length > 0 ? t.args : ["-"]) {
      if (path !== "-" && !(t.proc.fs.exists(path) && t.proc.fs.stat(path).type === "file")) {
        await t.open(path);
        continue;
      }
      const data = await t.all(path);
      let crc = 0;
      const add = (byte: number): void => void (crc = ((crc << 8) ^ (TABLE[(crc >>> 24) ^ byte] as number)) >>> 0);
      for (const byte of data) add(byte);
      for (let n = data.length; n > 0; n = Math.floor(n / 256)) add(n & 255);
      await t.out(`${~crc >>> 0} ${data.length}${t.args.length > 0 ? ` ${path}` : ""}\n`);
    }
    return t.status;
  },
};

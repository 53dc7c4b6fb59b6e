import { sha224 } from "@noble/hashes/sha2.js";
import { checksum } from "./checksum.ts";

export const sha224sum = checksum("sha224sum", sha224);

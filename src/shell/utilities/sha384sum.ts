import { sha384 } from "@noble/hashes/sha2.js";
import { checksum } from "./checksum.ts";

export const sha384sum = checksum("sha384sum", sha384);

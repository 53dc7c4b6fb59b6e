import { base64Decode } from "../../machinery/index.ts";

/** The UTF-8 text that base64 stands for; decoding a request has refused what is not base64. */
export function decodeBase64(text: string): string {
  const bytes = base64Decode(text);
  return typeof bytes === "number" ? "" : new TextDecoder().decode(bytes);
}

/** Headers between two neighbours only, or that whoever passes a request on decides itself. */
export const HOP_BY_HOP: readonly string[] = [
  "authorization",
  "connection",
  "content-length",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

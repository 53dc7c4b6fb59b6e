import type { ProcessContext } from "../../runtime/index.ts";

/** A connected byte stream. */
export type Socket = Awaited<ReturnType<ProcessContext["net"]["connect"]>>;

/** Whether the network refused something: `code` as in errno(3), or ENOTFOUND and EAI_AGAIN for a name. */
export function isNetworkError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && error.name === "NetError" && "code" in error;
}

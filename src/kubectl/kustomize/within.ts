import { CliError, errorMessage } from "../errors.ts";

/** Does `work`; what it fails with gets words in front of it: "loading KV pairs: …" (k8s: kyaml errors.WrapPrefixf). */
export function within<T>(doing: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof CliError) throw new CliError(`${doing}: ${error.message}`);
    throw error;
  }
}

/** What `work` fails with, in words; undefined when it does not. */
export function failureOf(work: () => void): string | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof CliError) return errorMessage(error);
    throw error;
  }
  return undefined;
}

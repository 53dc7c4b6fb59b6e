import { StatusError, type Status } from "../machinery/index.ts";
import { UrlError } from "./rest/url-error.ts";
import type { JsonObject } from "./types.ts";

/** A refusal by kubectl itself: printed as `error: …`, exit code 1 unless given. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly code: number;
  /** Where in a file it is: shown below the message to somebody at a terminal, never to a script. */
  readonly place: string | undefined;
  constructor(message: string, code = 1, place?: string) {
    super(message);
    this.code = code;
    this.place = place;
  }
}

/** A mapper that finds no such resource: its words are printed as they are (k8s: StandardErrorMessage). */
export class NoResourceMatch extends CliError {}

/** A printer that broke off: `output` is on stdout before the message. */
export class PrintFailure extends CliError {
  readonly output: string;
  constructor(output: string, message: string) {
    super(message);
    this.output = output;
  }
}

/** A kubeconfig that cannot be used: everything that is wrong with it (k8s: clientcmd errConfigurationInvalid). */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  told: string;
  constructor(problems: readonly string[]) {
    super(problems.join(", "));
    this.told = problems.length === 1 ? `error: ${problems[0]}` : `Error in configuration: \n${problems.map((p) => `* ${p}`).join("\n")}`;
  }
}

/** (k8s: clientcmd ErrNoContext) */
export class ContextNotFound extends ConfigurationError {
  constructor(context: string) {
    super([]);
    this.message = `context was not found for specified context: ${context}`;
    this.told = `Error in configuration: ${this.message}`;
  }
}

/** Ends the command with this code and nothing more to say. */
export class Exit extends Error {
  override readonly name = "Exit";
  readonly code: number;
  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

/** Several failures of one command, printed one after the other (k8s: utilerrors.Aggregate through CheckErr). */
export class Failures extends Error {
  override readonly name = "Failures";
  readonly errors: readonly unknown[];
  constructor(errors: readonly unknown[]) {
    const said = [...new Set(errors.map(errorMessage))];
    super(said.length === 1 ? (said[0] as string) : `[${said.join(", ")}]`);
    this.errors = errors;
  }
}

/** What a Status says, with what kubectl was doing when it came ("error when creating \"web.yaml\""). */
export class ApiFailure extends Error {
  override readonly name = "ApiFailure";
  readonly status: Status;
  constructor(status: Status, doing?: string) {
    super(doing === undefined ? (status.message ?? "") : `${doing}: ${status.message ?? ""}`);
    this.status = status;
  }
  get reason(): string {
    return this.status.reason ?? "";
  }
  get code(): number {
    return this.status.code ?? 0;
  }
}

/** `error: … See 'kubectl get -h' for help and examples` (k8s: cmdutil.UsageErrorf). */
export const usageError = (path: string, message: string): CliError => new CliError(`${message}\nSee '${path} -h' for help and examples`);

export const isNotFound = (e: unknown): boolean => e instanceof ApiFailure && e.reason === "NotFound";
export const isConflict = (e: unknown): boolean => e instanceof ApiFailure && e.reason === "Conflict";
export function asFailure(error: unknown): unknown {
  return error instanceof StatusError ? new ApiFailure(error.status) : error;
}

export const errorMessage = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** One of several (k8s: messageForError): what is invalid is not taken apart here. */
function wordOf(error: unknown): string {
  const e = asFailure(error);
  if (!(e instanceof ApiFailure)) return errorMessage(e);
  return e.reason === "Invalid" ? `Error from server (Invalid): ${e.message}` : errorText(e);
}

/** What is printed on stderr for an error, without the final newline (k8s: cmd/util/helpers.go StandardErrorMessage and checkErr). */
export function errorText(error: unknown): string {
  const e = asFailure(error);
  if (e instanceof Failures) {
    // One alone counts as itself; one that is several, as several (k8s: checkErr looks into an Aggregate once).
    const [only, another] = e.errors;
    if (another === undefined && !(only instanceof Failures)) return errorText(only);
    if (only instanceof Failures && another === undefined) return only.errors.map(wordOf).join("\n");
    // Of several, kubectl's own words stand as they are (k8s: MultipleErrors).
    return e.errors.map(wordOf).join("\n");
  }
  if (e instanceof UrlError || e instanceof ConfigurationError) return e.told;
  if (!(e instanceof ApiFailure)) {
    const message = errorMessage(e);
    return e instanceof NoResourceMatch || message.startsWith("error: ") ? message : `error: ${message}`;
  }
  const { status } = e;
  if (status.reason === "Invalid" && e.message === status.message) return invalidText(status as unknown as JsonObject, e.message);
  if (status.reason === "Invalid") {
    const short = invalidText(status as unknown as JsonObject, status.message ?? "");
    return short;
  }
  if (status.reason === "Unauthorized") return `error: You must be logged in to the server (${e.message})`;
  return status.reason ? `Error from server (${status.reason}): ${e.message}` : `Error from server: ${e.message}`;
}

/** `The Pod "x" is invalid: …`, its causes as a list when there are several (k8s: checkErr's StatusReasonInvalid). */
function invalidText(status: JsonObject, message: string): string {
  const details = (status["details"] ?? {}) as { kind?: string; name?: string; causes?: readonly { field?: string; message?: string }[] };
  if (details.kind === undefined && details.name === undefined && details.causes === undefined) {
    return `The request is invalid: ${message}`;
  }
  const subject = details.kind ? `The ${details.kind} "${details.name ?? ""}" is invalid` : "The request is invalid";
  const lines = (details.causes ?? []).map((c) => (c.field ? `${c.field}: ${c.message ?? ""}` : (c.message ?? "")));
  const unique = lines.filter((line, i) => lines.indexOf(line) === i);
  if (unique.length === 0) return details.kind ? subject : `${subject}: ${message}`;
  // The end of a line is added to what may have one already (k8s: MultilineError).
  if (unique.length === 1) return `${subject}: ${unique[0]}${unique[0]?.endsWith("\n") ? "\n" : ""}`;
  return `${subject}: \n${unique.map((line) => `* ${line}`).join("\n")}`;
}

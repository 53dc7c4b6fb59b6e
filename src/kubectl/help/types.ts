/** What `--help` says of a command beyond its table: why and how, in paragraphs, and lines to type, each under a comment. */
export interface HelpText {
  readonly long: string;
  readonly examples?: string;
}
/** By what follows `kubectl`: "create deployment". */
export type HelpTexts = Readonly<Record<string, HelpText>>;

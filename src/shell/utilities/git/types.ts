import type { ProcessContext } from "../../../runtime/index.ts";
import type { Repository } from "./repository.ts";

/** What a command of git works with. */
export interface Git {
  readonly proc: ProcessContext;
  /** Its arguments, the command's name not among them. */
  readonly args: readonly string[];
  readonly color: boolean;
  repository(): Repository;
  out(text: string): Promise<void>;
  err(text: string): Promise<void>;
  readonly paint: (color: "red" | "green" | "yellow" | "cyan", text: string) => string;
}

/** One command; resolves to the exit code, throws GitError. */
export type Command = (git: Git) => Promise<number> | number;

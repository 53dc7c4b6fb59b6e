import type { Block, CheckView, LessonView, Problem, Prose, ProseByLocale, QuizView, StepProse, StepView } from "../cluster/index.ts";
export type { Block, CheckView, LessonView, Problem, Prose, ProseByLocale, QuizView, StepProse, StepView };

/**
 * What the page and the cluster's worker say to each other over one MessagePort. Everything the worker sends that
 * shows a revision is held back until that revision is durable (law 11). Ids are the page's, one counter for all.
 */
export type ToWorker =
  /** First message. `takeover`: the learner chose to move the sandbox here from another tab. */
  | {
      readonly type: "open";
      readonly sandbox: string;
      readonly takeover: boolean;
      readonly preset: string;
      readonly seed: number | null;
      /** With a lesson, `preset` is the lesson's; so is `seed` where none is given. */
      readonly lesson?: OpenLesson;
    }
  | { readonly type: "request"; readonly id: number; readonly request: PageRequest }
  | {
      readonly type: "watch";
      readonly id: number;
      readonly path: string;
      readonly query?: Record<string, string>;
      readonly as?: "Object" | "Table";
    }
  | { readonly type: "cancel"; readonly id: number }
  | { readonly type: "terminal.open"; readonly id: number; readonly columns: number; readonly rows: number }
  | { readonly type: "terminal.input"; readonly id: number; readonly data: string }
  /** Bytes painted: lets the writer go on. */
  | { readonly type: "terminal.acknowledge"; readonly id: number; readonly bytes: number }
  | { readonly type: "terminal.resize"; readonly id: number; readonly columns: number; readonly rows: number }
  | { readonly type: "terminal.close"; readonly id: number }
  | { readonly type: "files"; readonly id: number; readonly call: FilesCall }
  | { readonly type: "clock"; readonly id: number; readonly call: ClockCall }
  | { readonly type: "lesson"; readonly id: number; readonly call: LessonCall }
  | { readonly type: "export"; readonly id: number }
  | { readonly type: "import"; readonly id: number; readonly data: Uint8Array }
  /** Forgets everything in the sandbox and starts afresh. */
  | { readonly type: "reset"; readonly id: number };

export interface OpenLesson {
  /** The folder's name; empty where nobody has named it yet. */
  readonly folder: string;
  /** By path. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Begins there, with what the author did before it. */
  readonly step?: string;
}

export type LessonCall =
  /** Ids of options, or what was typed. */
  | { readonly verb: "answer"; readonly given: readonly string[] }
  /** Judges everything now, scripts included. */
  | { readonly verb: "check" }
  /** The next hint; the solution; the next step. */
  | { readonly verb: "hint" | "reveal" | "next" }
  /** The step from its beginning; the lesson from its own. The page starts a worker anew once it is told. */
  | { readonly verb: "reset" | "retry" };

export interface PageRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Record<string, string>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly as?: "Object" | "Table" | "PartialObjectMetadata";
}

export type FilesCall =
  | { readonly verb: "list"; readonly path: string }
  | { readonly verb: "read"; readonly path: string }
  | { readonly verb: "write"; readonly path: string; readonly data: string | Uint8Array }
  | { readonly verb: "mkdir"; readonly path: string }
  | { readonly verb: "rename"; readonly from: string; readonly to: string }
  | { readonly verb: "remove"; readonly path: string }
  /** Answers with `files.changed` messages under this id until cancelled. */
  | { readonly verb: "watch"; readonly path: string };

export type ClockCall = { readonly verb: "pause" | "resume" | "step" } | { readonly verb: "speed"; readonly speed: number | "max" };

export type FromWorker =
  | { readonly type: "ready"; readonly status: SandboxStatus; readonly home: string }
  | { readonly type: "status"; readonly status: SandboxStatus }
  /** Another tab holds the sandbox, or took it over. The worker does nothing more. */
  | { readonly type: "elsewhere"; readonly reason: "held" | "taken" }
  /** The worker can't go on; `message` is for people. */
  | { readonly type: "fatal"; readonly message: string }
  | { readonly type: "reply"; readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly type: "reply"; readonly id: number; readonly ok: false; readonly message: string }
  | { readonly type: "response"; readonly id: number; readonly response: PageResponse }
  | { readonly type: "events"; readonly id: number; readonly events: readonly { readonly type: string; readonly object: object }[] }
  | { readonly type: "end"; readonly id: number; readonly message?: string }
  | { readonly type: "terminal.output"; readonly id: number; readonly data: Uint8Array }
  | { readonly type: "terminal.closed"; readonly id: number }
  | { readonly type: "files.changed"; readonly id: number; readonly path: string }
  /** About four times a virtual or wall second while something moves. */
  | { readonly type: "clock"; readonly clock: ClockState }
  /** What a page shows of a lesson: at its beginning with its prose, then whenever it is another. */
  | { readonly type: "lesson"; readonly lesson: LessonView; readonly prose?: ProseByLocale }
  /** The lesson that was to be opened is none. */
  | { readonly type: "lesson.refused"; readonly problems: readonly Problem[] }
  /** Sent every second of wall time: a silent worker is restarted by the page. */
  | { readonly type: "alive" };

export interface PageResponse {
  readonly status: number;
  readonly body: unknown;
  readonly contentType?: string;
  readonly warnings?: readonly string[];
  /** The revision of etcd that this answer was given at; durable by the time it arrives. */
  readonly revision: number;
}

export interface ClockState {
  /** Virtual milliseconds since the epoch. */
  readonly now: number;
  readonly speed: number | "max";
  readonly paused: boolean;
}

export interface SandboxStatus {
  readonly sandbox: string;
  /** "memory": what is done is lost with the tab; `reason` says why, for people to be worded by the page. */
  readonly storage: "durable" | "memory";
  readonly reason?: "refused" | "full" | "unavailable";
  readonly persisted: boolean;
  readonly resumed: boolean;
  /** The browser has damaged its storage and thrown away what was saved. */
  readonly emptied?: boolean;
}

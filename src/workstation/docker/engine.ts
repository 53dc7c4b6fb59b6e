import type { ExecSession, FileChange, ImageContents, RegistryLogin } from "../../runtime/index.ts";

/** A file of an image, as an Image object has it. */
export interface MadeFile {
  readonly path: string;
  readonly content?: string;
  /** In base64. */
  readonly data?: string;
  readonly link?: string;
  readonly directory?: boolean;
  readonly removed?: boolean;
  readonly mode?: string;
  readonly owner?: number;
}

/** An image in whole, as an Image object's spec describes it. */
export interface MadeImage {
  /** "docker.io/library/alpine@sha256:…", or scratch. */
  readonly from: string;
  readonly files: readonly MadeFile[];
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly user?: string;
  readonly workingDir?: string;
  readonly stopSignal?: string;
  readonly ports?: readonly number[];
}

export interface RemoteImage {
  readonly repository: string;
  readonly digest: string;
  readonly size: number;
  readonly contents: ImageContents;
}

export interface DockerContainer {
  readonly id: string;
  readonly exited: Promise<number>;
  /** What its first process reads and writes, where that was asked for. */
  readonly attached: ExecSession | undefined;
  /** Another process in it. Throws RuntimeError. */
  exec(command: readonly string[], how: { readonly tty: boolean; readonly stdin: boolean }): Promise<ExecSession>;
  changes(): readonly FileChange[];
  kill(): Promise<void>;
  /** TERM, or what the image says; KILL after ten seconds. */
  stop(): Promise<void>;
  remove(): Promise<void>;
}

/** What the docker command works with: registries, and a machine that containers run on. Refusals are Errors with the daemon's words. */
export interface DockerEngine {
  /** By the registry's leave, and as long as it takes. */
  pull(reference: string, login: RegistryLogin | undefined): Promise<RemoteImage>;
  /** What was pulled once, by `repository@digest`; undefined when nobody has it any more. */
  open(reference: string): Promise<ImageContents | undefined>;
  /** Answers the digest that the registry now has under the name. */
  push(reference: string, image: MadeImage, login: RegistryLogin | undefined): Promise<string>;
  /** Throws when a registry does not take somebody for who they say they are. */
  login(host: string, login: RegistryLogin): Promise<void>;
  run(options: {
    readonly image: MadeImage;
    /** What runs in place of the image's command; with `entrypoint` in place of both. */
    readonly command?: readonly string[];
    readonly entrypoint?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly user?: string;
    readonly workingDir?: string;
    readonly tty?: boolean;
    readonly stdin?: boolean;
    readonly output: (stream: "stdout" | "stderr", text: string) => void;
  }): Promise<DockerContainer>;
}

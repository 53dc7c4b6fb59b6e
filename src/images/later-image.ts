import type { ImageContents, ImageRow, LaterImage } from "../runtime/index.ts";

export interface ToolRow extends ImageRow, ImageContents {
  /** Whose tools it has; none: its own files are all there is. */
  readonly on?: "alpine" | "debian" | "busybox";
  readonly packages?: readonly ("curl" | "bash" | "procps")[];
}

/** An image whose system tools are put in when a machine first opens it. */
export const laterImage = ({ config, files, on, packages = [], ...row }: ToolRow): LaterImage => ({
  ...row,
  load: async () => {
    if (on === undefined) return { config, files };
    const { alpineFiles, busyboxFiles, debianFiles } = await import("./base.ts");
    const tools =
      on === "alpine"
        ? alpineFiles(undefined, packages)
        : on === "busybox"
          ? busyboxFiles()
          : debianFiles("debian", "12", "bookworm", packages);
    return { config, files: { ...tools, ...files } };
  },
});

import type { FileSystem } from "../../runtime/index.ts";
import { MissingObject } from "../objects.ts";

/** k8s: volume/hostpath/host_path.go checkType. */
export function checkHostPath(fs: FileSystem, path: string, type: string): void {
  const found = fs.exists(path) ? fs.stat(path).type : undefined;
  const refuse = (what: string): never => {
    throw new MissingObject(`hostPath type check failed: ${path} is not a ${what}`);
  };
  switch (type) {
    case "":
    case "DirectoryOrCreate":
      if (found === undefined) fs.mkdir(path, { recursive: true, mode: 0o755 });
      else if (found !== "directory" && type !== "") refuse("directory");
      return;
    case "Directory":
      if (found !== "directory") refuse("directory");
      return;
    case "FileOrCreate":
      if (found === undefined) {
        const parent = path.slice(0, path.lastIndexOf("/"));
        if (parent !== "" && !fs.exists(parent)) throw new MissingObject(`open ${path}: no such file or directory`);
        fs.writeFile(path, "", { mode: 0o644 });
      } else if (found !== "file") refuse("file");
      return;
    case "File":
      if (found !== "file") refuse("file");
      return;
    case "Socket":
      return refuse("socket file");
    default:
      if (found !== "device") refuse(type === "CharDevice" ? "character device" : "block device");
  }
}

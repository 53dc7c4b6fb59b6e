import { errno } from "../errno.ts";
import type { View } from "../files/view.ts";
import { decode, encode } from "../text.ts";
import { DeviceFile, RegularFile, SinkFile, SourceFile } from "./files.ts";
import type { Kernel } from "./kernel.ts";
import type { OpenFile } from "./openfile.ts";
import type { Process } from "./process.ts";

/** open(2). Opening a device or /proc/self/fd/N gives what stands behind it. */
export function openFile(kernel: Kernel, process: Process, view: View, path: string, flags: "r" | "w" | "a" | "r+" | "w+"): OpenFile {
  const reading = flags === "r";
  const writing = reading ? undefined : view.writable(path, { create: flags !== "r+" });
  const place = writing?.place ?? view.find(path);
  const node = writing?.node ?? place.node;
  if (!node) throw errno("ENOENT", path);
  if (node.type === "directory") throw errno("EISDIR", path);
  const device = node.virtual?.device;
  if (device !== undefined) return openDevice(kernel, process, device, path);
  const write = reading ? undefined : node.virtual?.write;
  if (write) return kernel.add((id) => new SinkFile(id, kernel.records, (data) => write(decode(data))));
  // Permission and /proc content: as readFile does.
  if (reading || flags === "r+") view.mayRead(node, path);
  const content = node.virtual && !node.virtual.size ? view.readFile(path) : undefined;
  if (content) return kernel.add((id) => new SourceFile(id, kernel.records, encode(content)));
  const { tree } = place.mount;
  if (flags === "w" || flags === "w+") tree.resize(node, 0, place.rel);
  return kernel.add((id) => new RegularFile(id, kernel.records, tree, place.rel, node, flags));
}

function openDevice(kernel: Kernel, process: Process, device: string, path: string): OpenFile {
  if (device === "tty") {
    if (!process.tty) throw errno("ENXIO", path);
    return process.tty;
  }
  if (device.startsWith("fd/")) {
    const file = process.fds.get(Number(device.slice(3)));
    if (!file) throw errno("ENOENT", path);
    return file;
  }
  if (device.startsWith("process/")) {
    const [, id, n] = device.split("/");
    const file = kernel.processes.get(Number(id))?.fds.get(Number(n));
    if (!file) throw errno("ENOENT", path);
    return file;
  }
  if (device === "foreign") throw errno("EACCES", path);
  return kernel.add((id) => new DeviceFile(id, kernel.records, device, kernel.random.fork(`device/${id}`)));
}

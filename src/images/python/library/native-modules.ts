import type { Value } from "../values.ts";
import type { Machine } from "../vm/machine.ts";
import { builtinsModule, sysModule } from "./sys.ts";
import { hashModule } from "./hashes.ts";
import { jsonModule } from "./json.ts";
import { mathModule } from "./math.ts";
import { randomModule } from "./random.ts";
import { reModule } from "./re.ts";
import { socketModule } from "./sockets.ts";
import { posixModule, signalModule, subprocessModule } from "./system.ts";
import { threadModule } from "./threads.ts";
import { timeModule } from "./time.ts";

/** Modules that the host gives, by name; one with a source of the same name gives that its underpinnings. */
export const nativeModules: Readonly<Record<string, (m: Machine) => Map<string, Value>>> = {
  builtins: builtinsModule,
  sys: sysModule,
  time: timeModule,
  math: () => mathModule(),
  _json: () => jsonModule(),
  _random: randomModule,
  _re: () => reModule(),
  posix: posixModule,
  _signal: signalModule,
  _subprocess: subprocessModule,
  _thread: threadModule,
  _socket: socketModule,
  _hashes: () => hashModule(),
};

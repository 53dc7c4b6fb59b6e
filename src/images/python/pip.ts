import { NetError } from "../../network/index.ts";
import type { ProcessContext, Program } from "../../runtime/index.ts";
import { readIfThere } from "../process.ts";

/** What the images' pip calls itself. */
const PIP = "25.2";
/** How often it asks again, and what it waits at first, in ms; twice as long each time (pip: network/session.py). */
const RETRIES = 5;
const BACKOFF = 250;

/** What a requirements file and the command line ask for. */
function wanted(proc: ProcessContext, args: readonly string[]): readonly string[] {
  const names: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === "-r" || arg === "--requirement") {
      const text = readIfThere(proc, args[++i] ?? "") ?? "";
      names.push(...text.split("\n").flatMap((line) => line.replace(/#.*/, "").trim() || []));
    } else if (!arg.startsWith("-")) names.push(arg);
  }
  return names;
}

/** pip: what needs an index fails as it does without the internet. */
export const pip: Program = async (proc) => {
  const [command = "", ...rest] = proc.argv.slice(1).filter((arg) => arg !== "-q" && arg !== "--no-cache-dir");
  const version = (readIfThere(proc, "/usr/local/lib/python3/version") ?? "").trim().replace(/\.\d+$/, "");
  const say = (text: string): Promise<void> => proc.stdout.write(text);
  const complain = (text: string): Promise<void> => proc.stderr.write(text);
  await proc.cpu(120);
  if (command === "--version" || command === "-V")
    return (await say(`pip ${PIP} from /usr/local/lib/python${version}/site-packages/pip (python ${version})\n`), 0);
  if (command === "list") return (await say(`Package Version\n------- -------\npip     ${PIP}\n`), 0);
  if (command === "freeze") return 0;
  if (command !== "install" && command !== "download") {
    await complain(`ERROR: pip ${command} is not simulated in Timonel\n`);
    return 1;
  }
  const file = rest[rest.findIndex((arg) => arg === "-r" || arg === "--requirement") + 1];
  if (rest.some((arg) => arg === "-r" || arg === "--requirement") && (file === undefined || !proc.fs.exists(file))) {
    await complain(`ERROR: Could not open requirements file: [Errno 2] No such file or directory: '${file ?? ""}'\n`);
    return 1;
  }
  const [first] = wanted(proc, rest);
  if (first === undefined) {
    await complain(`ERROR: You must give at least one requirement to ${command} (see "pip help ${command}")\n`);
    return 1;
  }
  const name = first.replace(/[[<>=!~; ].*$/, "");
  for (let left = RETRIES - 1; left >= -1; left--) {
    try {
      (await proc.net.connect("pypi.org", 443)).destroy();
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      const why =
        error.code === "EAI_AGAIN"
          ? "[Errno -3] Temporary failure in name resolution"
          : error.code === "ENOTFOUND"
            ? "[Errno -2] Name or service not known"
            : "[Errno 101] Network is unreachable";
      if (left < 0) break;
      await complain(
        `WARNING: Retrying (Retry(total=${left}, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f3a4c1b2d50>: Failed to establish a new connection: ${why}')': /simple/${name}/\n`,
      );
      await proc.clock.sleep(BACKOFF * 2 ** (RETRIES - 1 - left));
      continue;
    }
    await complain(`ERROR: pip ${command} is not simulated in Timonel\n`);
    return 1;
  }
  await complain(
    `ERROR: Could not find a version that satisfies the requirement ${first} (from versions: none)\nERROR: No matching distribution found for ${name}\n`,
  );
  return 1;
};

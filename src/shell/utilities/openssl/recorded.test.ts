import { expect, it } from "vitest";
import { testCluster } from "../../testing/kernel.ts";
import recordings from "./recorded/recorded.json" with { type: "json" };

const { epoch, files, binaries, recorded } = recordings;
/** A line of its own, which no row prints. */
const MARK = "=-=-=";

/** The rows of `scripts/record-openssl.mjs`: what OpenSSL 3.0 printed of its own keys and certificates, and ours. */
it("says of keys, requests and certificates what openssl says", async () => {
  const put = Object.entries(files).map(([name, text]) => `cat > ${name} <<'END'\n${text}END\n`);
  const bytes = Object.entries(binaries).map(([name, text]) => `base64 -d > ${name} <<'END'\n${text}\nEND\n`);
  const rows = recorded.map(
    ({ run }) =>
      `cat > row <<'END'\n${run}\nEND\nbash row < /dev/null > o 2> e; c=$?; cat o; echo '${MARK}'; cat e; echo "${MARK}$c${MARK}"\n`,
  );
  const { out } = await testCluster(epoch).run(`mkdir -p /tmp/w; cd /tmp/w\n${[...put, ...bytes, ...rows].join("")}`, {
    image: "debian",
    shell: "bash",
  });
  const parts = out.split(new RegExp(`${MARK}(\\d+)${MARK}\n`));
  const got = recorded.map(({ run }, i) => {
    const [said = "", err = ""] = (parts[2 * i] ?? "").split(`${MARK}\n`);
    return { run, out: said, err: err.replace(/^[0-9A-F]{16}:error/gm, "THREAD:error"), code: Number(parts[2 * i + 1]) };
  });
  expect(got).toEqual(recorded);
});

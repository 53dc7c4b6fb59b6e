import { ByteDecoder } from "../../../runtime/index.ts";
import type { Tool } from "../tool.ts";
import { settingOf, type Sections } from "./config.ts";
import { LONG_NAMES } from "./subject.ts";

/** What Debian's openssl.cnf asks for. */
const DEFAULTS = new Map(
  Object.entries({
    req: [
      ["distinguished_name", "req_distinguished_name"],
      ["attributes", "req_attributes"],
    ],
    req_distinguished_name: [
      ["countryName", "Country Name (2 letter code)"],
      ["countryName_default", "AU"],
      ["countryName_min", "2"],
      ["countryName_max", "2"],
      ["stateOrProvinceName", "State or Province Name (full name)"],
      ["stateOrProvinceName_default", "Some-State"],
      ["localityName", "Locality Name (eg, city)"],
      ["0.organizationName", "Organization Name (eg, company)"],
      ["0.organizationName_default", "Internet Widgits Pty Ltd"],
      ["organizationalUnitName", "Organizational Unit Name (eg, section)"],
      ["commonName", "Common Name (e.g. server FQDN or YOUR name)"],
      ["commonName_max", "64"],
      ["emailAddress", "Email Address"],
      ["emailAddress_max", "64"],
    ],
    req_attributes: [
      ["challengePassword", "A challenge password"],
      ["unstructuredName", "An optional company name"],
    ],
  } as const),
) as Sections;

const INTRODUCTION = `You are about to be asked to enter information that will be incorporated
into your certificate request.
What you are about to enter is what is called a Distinguished Name or a DN.
There are quite a few fields but you can leave some blank
For some fields there will be a default value,
If you enter '.', the field will be left blank.
-----
`;
const ATTRIBUTES = `
Please enter the following 'extra' attributes
to be sent with your certificate request
`;

async function line(t: Tool): Promise<string | undefined> {
  const decoder = new ByteDecoder();
  let text = "";
  for (let chunk = await t.proc.stdin.read(1); chunk !== null; chunk = await t.proc.stdin.read(1)) {
    const piece = decoder.decode(chunk);
    if (piece === "\n") return text;
    text += piece;
  }
  return text === "" ? undefined : text;
}

/** A subject's parts as they are answered; a text is the complaint. */
export async function askSubject(t: Tool, given: Sections, asksMore: boolean): Promise<readonly (readonly [string, string])[] | string> {
  const sections = given.size > 0 ? given : DEFAULTS;
  const named = settingOf(sections, "req", "distinguished_name");
  const fields = sections.get(named ?? "") ?? [];
  if (named === undefined || fields.length === 0) return 'unable to find "distinguished_name" in config';
  await t.flush();
  await t.proc.stderr.write(INTRODUCTION);
  const out: [string, string][] = [];
  const ask = async (section: string): Promise<string | undefined> => {
    for (const [key, prompt] of sections.get(section) ?? []) {
      if (/_(default|min|max|value)$/.test(key)) continue;
      const setting = (what: string): string | undefined => settingOf(sections, section, `${key}_${what}`);
      const normal = setting("default") ?? "";
      let answer: string;
      for (;;) {
        await t.proc.stderr.write(`${prompt} [${normal}]:`);
        const said = await line(t);
        if (said === undefined) return "Error making certificate request";
        answer = said === "" ? normal : said === "." ? "" : said;
        const [least, most] = [Number(setting("min") ?? 0), Number(setting("max") ?? Infinity)];
        if (answer === "" || (answer.length >= least && answer.length <= most)) break;
        await t.proc.stderr.write(
          answer.length < least
            ? `string is too short, it needs to be at least ${least} bytes long\n`
            : `string is too long, it needs to be no more than ${most} bytes long\n`,
        );
      }
      const long = key.replace(/^\d+\./, "");
      const short = Object.entries(LONG_NAMES).find(([, name]) => name === long)?.[0] ?? long;
      if (section === named && answer !== "") out.push([short, answer]);
      else if (answer !== "") return `req: the attribute ${long} is not supported by this simulator: leave it empty`;
    }
    return undefined;
  };
  const problem = await ask(named);
  if (problem !== undefined) return problem;
  const attributes = settingOf(sections, "req", "attributes");
  if (asksMore && attributes !== undefined) {
    await t.proc.stderr.write(ATTRIBUTES);
    const more = await ask(attributes);
    if (more !== undefined) return more;
  }
  return out;
}

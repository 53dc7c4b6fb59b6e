import { fullName } from "./hostname.ts";
import type { Utility } from "./tool.ts";

export const dnsdomainname: Utility = {
  name: "dnsdomainname",
  usage: "",
  about: "Show the system's DNS domain name",
  flags: {},
  async run(t) {
    const domain = fullName(t).split(".").slice(1).join(".");
    if (domain !== "") await t.out(`${domain}\n`);
    return 0;
  },
};

import type { ProcessContext, Program } from "../../runtime/index.ts";
import { timestampText } from "../sql/convert.ts";
import { ready } from "./client.ts";
import { clientOptions } from "./client-options.ts";
import { Connection, type Result, ServerError } from "./connection.ts";
import { buildOf } from "./main.ts";
import { type MysqlVersion, since } from "./versions.ts";

const LETTERS: Readonly<Record<string, string>> = {
  "-A": "--all-databases",
  "-B": "--databases",
  "-d": "--no-data",
  "-t": "--no-create-info",
};
const REFUSED =
  /^(-r|-T|-w|-X|--(result-file|tab|where|xml|master-data|source-data|flush-logs|dump-slave|ignore-table|delete-master-logs)(=|$))/;

/** What a dump asks of the server, and how it is written down. */
interface Dump {
  readonly proc: ProcessContext;
  readonly v: MysqlVersion;
  readonly connection: Connection;
  readonly has: (flag: string) => boolean;
  readonly say: (text: string) => Promise<void>;
}

/** mysqldump and mariadb-dump: databases as statements that make them again. */
export const mysqlDump: Program = async (proc) => {
  await proc.cpu(4);
  const v = buildOf(proc);
  const name = (proc.argv[0] as string).replace(/^.*\//, "");
  const refused = proc.argv.slice(1).find((a) => REFUSED.test(a));
  if (refused !== undefined) {
    await proc.stderr.write(`${name}: ${refused} is not simulated by Timonel\n`);
    return 7;
  }
  const o = clientOptions(
    proc,
    v,
    ["client", "mysqldump"],
    proc.argv.slice(1).map((a) => LETTERS[a] ?? a),
  );
  if (o.version) {
    await proc.stdout.write(
      v.maria
        ? `${name} from ${v.full.split("-1:")[0]}, client 10.19 for debian-linux-gnu (x86_64)\n`
        : `${name}  Ver ${v.version} for Linux on x86_64 (${v.comment})\n`,
    );
    return 0;
  }
  if (!(await ready(proc, o, v))) return 7;
  const words = o.rest.filter((r) => !r.startsWith("--"));
  const has = (flag: string): boolean => o.rest.includes(flag) || proc.argv.includes(flag);
  let connection: Connection;
  try {
    connection = await Connection.open(proc, v, o.where);
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    await proc.stderr.write(`${name}: Got error: ${error.code}: "${error.message}" when trying to connect\n`);
    return 2;
  }
  const dump: Dump = { proc, v, connection, has, say: (text) => proc.stdout.write(text) };
  let doing = "selecting the database";
  try {
    const all = has("--all-databases") || o.rest.includes("--all-databases");
    const many = all || o.rest.includes("--databases");
    const chosen = all
      ? (await connection.query("show databases")).rows
          .map((r) => r[0] as string)
          .filter((d) => !/^(information_schema|performance_schema|sys|mysql)$/.test(d))
      : many
        ? words
        : words.slice(0, 1);
    if (chosen.length === 0 && !all) {
      await proc.stdout.write(
        `Usage: ${name} [OPTIONS] database [tables]\nOR     ${name} [OPTIONS] --databases ${v.maria ? "[OPTIONS] DB1 [DB2 DB3...]" : "[OPTIONS] DB1 [DB2 DB3...]"}\nOR     ${name} [OPTIONS] --all-databases [OPTIONS]\nFor more options, use ${name} --help\n`,
      );
      return 1;
    }
    await head(dump, o.where.host === "" ? "localhost" : o.where.host, many ? "" : (chosen[0] ?? ""));
    if (has("--single-transaction")) await connection.query("start transaction /*!40100 WITH CONSISTENT SNAPSHOT */");
    for (const database of chosen) {
      doing = "selecting the database";
      await connection.query(`use \`${database}\``);
      if (many) await created(dump, database);
      const named = !many && words.length > 1 ? words.slice(1) : undefined;
      doing = "using LOCK TABLES";
      await contents(dump, named);
    }
    await tail(dump);
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    await proc.stderr.write(`${name}: Got error: ${error.code}: "${error.message}" when ${doing}\n`);
    return 2;
  }
  await connection.close();
  return 0;
};

const comments = ({ has }: Dump): boolean => !has("--skip-comments") && !has("--compact");
const title = (dump: Dump, text: string): string => (comments(dump) ? `--\n-- ${text}\n--\n\n` : "");

async function head(dump: Dump, host: string, database: string): Promise<void> {
  const { v, say, has, connection } = dump;
  const sandbox = v.maria && since(v.version, "10.5.25") ? "/*M!999999\\- enable the sandbox mode */ \n" : "";
  if (comments(dump))
    await say(
      `${sandbox}-- ${v.maria ? `MariaDB dump 10.19${since(v.version, "10.6") ? "" : " "}` : "MySQL dump 10.13 "} Distrib ${v.version}${v.maria ? "-MariaDB" : ""}, for ${v.maria ? "debian-linux-gnu" : "Linux"} (x86_64)\n--\n-- Host: ${host}    Database: ${database}\n-- ------------------------------------------------------\n-- Server version\t${connection.version}\n\n`,
    );
  if (has("--compact")) return;
  const utf8 = v.maria ? "40101" : "50503";
  await say(
    `/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;\n/*!40101 SET @OLD_CHARACTER_SET_RESULTS=@@CHARACTER_SET_RESULTS */;\n/*!40101 SET @OLD_COLLATION_CONNECTION=@@COLLATION_CONNECTION */;\n/*!${utf8} SET NAMES utf8mb4 */;\n/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;\n/*!40103 SET TIME_ZONE='+00:00' */;\n/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;\n/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;\n/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;\n/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;\n\n`,
  );
}
async function tail(dump: Dump): Promise<void> {
  const { proc, say, has } = dump;
  if (!has("--compact"))
    await say(
      "/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;\n\n/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;\n/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;\n/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;\n/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;\n/*!40101 SET CHARACTER_SET_RESULTS=@OLD_CHARACTER_SET_RESULTS */;\n/*!40101 SET COLLATION_CONNECTION=@OLD_COLLATION_CONNECTION */;\n/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;\n\n",
    );
  const [day = "", time = ""] = timestampText(proc.clock.now(), false).split(" ");
  if (comments(dump)) await say(`-- Dump completed on ${day} ${time.replace(/^0/, " ")}\n`);
}

async function created(dump: Dump, database: string): Promise<void> {
  const text = (await dump.connection.query(`show create database \`${database}\``)).rows[0]?.[1] ?? "";
  const made = dump.has("--no-create-db") ? "" : `${text.replace("CREATE DATABASE ", "CREATE DATABASE /*!32312 IF NOT EXISTS*/ ")};\n\n`;
  await dump.say(`${title(dump, `Current Database: \`${database}\``)}${made}USE \`${database}\`;\n\n`);
}

async function contents(dump: Dump, named: readonly string[] | undefined): Promise<void> {
  const { connection, has } = dump;
  const all = (await connection.query("show full tables")).rows.map(([t = "", kind]) => ({ t: t ?? "", view: kind === "VIEW" }));
  const chosen = named ? named.map((n) => all.find(({ t }) => t === n) ?? { t: n, view: false }) : all;
  const missing = chosen.find(({ t }) => !all.some((a) => a.t === t));
  if (missing) throw new ServerError(1146, "42S02", `Couldn't find table: "${missing.t}"`);
  const locks = chosen.length > 0 && !has("--single-transaction") && !has("--skip-lock-tables") && !has("--skip-opt");
  if (locks) await connection.query(`lock tables ${chosen.map(({ t }) => `\`${t}\` read /*!32311 LOCAL */`).join(",")}`);
  for (const { t, view } of chosen) {
    if (view) {
      if (!has("--no-create-info")) await standIn(dump, t);
      continue;
    }
    if (!has("--no-create-info")) await structure(dump, t);
    if (!has("--no-data")) await rows(dump, t);
  }
  if (!has("--no-create-info")) for (const { t, view } of chosen) if (view) await finalView(dump, t);
  if (locks) await connection.query("unlock tables");
}

async function structure(dump: Dump, t: string): Promise<void> {
  const { connection, has, say, v } = dump;
  const made = (await connection.query(`show create table \`${t}\``)).rows[0]?.[1] ?? "";
  const drop = has("--skip-add-drop-table") || has("--skip-opt") || has("--compact") ? "" : `DROP TABLE IF EXISTS \`${t}\`;\n`;
  const number = v.maria ? "40101" : "50503";
  await say(
    `${title(dump, `Table structure for table \`${t}\``)}${drop}/*!40101 SET @saved_cs_client     = @@character_set_client */;\n/*!${number} SET character_set_client = utf8mb4 */;\n${made};\n/*!40101 SET character_set_client = @saved_cs_client */;\n${has("--compact") ? "" : "\n"}`,
  );
}

async function rows(dump: Dump, t: string): Promise<void> {
  const { connection, has, say, v } = dump;
  const found = await connection.query(`select * from \`${t}\``);
  const locked = !has("--skip-add-locks") && !has("--skip-opt") && !has("--compact");
  const keys = !has("--compact") && !has("--skip-opt");
  await say(title(dump, `Dumping data for table \`${t}\``));
  if (locked) await say(`LOCK TABLES \`${t}\` WRITE;\n`);
  if (keys) await say(`/*!40000 ALTER TABLE \`${t}\` DISABLE KEYS */;\n`);
  const texts = found.rows.map((r) => `(${r.map((x, i) => literal(x, i, found)).join(",")})`);
  const named = has("--complete-insert") ? ` (${(found.columns ?? []).map((c) => `\`${c.name}\``).join(",")})` : "";
  if (has("--skip-extended-insert") || has("--skip-opt"))
    for (const text of texts) await say(`INSERT INTO \`${t}\`${named} VALUES ${text};\n`);
  // MariaDB begins a line for every row since 10.5.
  else if (texts.length > 0)
    await say(
      `INSERT INTO \`${t}\`${named} VALUES${v.maria && since(v.version, "10.5") ? `\n${texts.join(",\n")}` : ` ${texts.join(",")}`};\n`,
    );
  if (keys) await say(`/*!40000 ALTER TABLE \`${t}\` ENABLE KEYS */;\n`);
  if (locked) await say("UNLOCK TABLES;\n");
  if (!has("--compact")) await say("\n");
}
const literal = (x: string | null, i: number, { columns }: Result): string =>
  x === null
    ? "NULL"
    : columns?.[i]?.numeric
      ? x
      : `'${x.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll('"', '\\"')}'`;

/** So that whatever looks at the view can be made before it. */
async function standIn(dump: Dump, t: string): Promise<void> {
  const { columns } = await dump.connection.query(`select * from \`${t}\` limit 0`);
  const names = (columns ?? []).map((c) => `1 AS \`${c.name}\``);
  await dump.say(
    `${title(dump, `Temporary table structure for view \`${t}\``)}DROP TABLE IF EXISTS \`${t}\`;\n/*!50001 DROP VIEW IF EXISTS \`${t}\`*/;\nSET @saved_cs_client     = @@character_set_client;\nSET character_set_client = utf8mb4;\n/*!50001 CREATE VIEW \`${t}\` AS SELECT\n ${names.join(",\n  ")} */;\nSET character_set_client = @saved_cs_client;\n\n`,
  );
}
async function finalView(dump: Dump, t: string): Promise<void> {
  const made = (await dump.connection.query(`show create view \`${t}\``)).rows[0]?.[1] ?? "";
  const [, definer = "", rest = ""] = /(DEFINER=\S+ SQL SECURITY DEFINER) (VIEW [\s\S]*)$/.exec(made) ?? [];
  await dump.say(
    `${title(dump, `Final view structure for view \`${t}\``)}/*!50001 DROP VIEW IF EXISTS \`${t}\`*/;\n/*!50001 SET @saved_cs_client          = @@character_set_client */;\n/*!50001 SET @saved_cs_results         = @@character_set_results */;\n/*!50001 SET @saved_col_connection     = @@collation_connection */;\n/*!50001 SET character_set_client      = utf8mb4 */;\n/*!50001 SET character_set_results     = utf8mb4 */;\n/*!50001 SET collation_connection      = utf8mb4_general_ci */;\n/*!50001 CREATE ALGORITHM=UNDEFINED */\n/*!50013 ${definer} */\n/*!50001 ${rest} */;\n/*!50001 SET character_set_client      = @saved_cs_client */;\n/*!50001 SET character_set_results     = @saved_cs_results */;\n/*!50001 SET collation_connection      = @saved_col_connection */;\n\n`,
  );
}

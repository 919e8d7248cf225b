/** Reads workerd's processor time, which other load of the machine hardly changes. Linux only. */
import { readdirSync, readFileSync } from "node:fs";

const NANOSECONDS_A_MS = 1e6;

/** Milliseconds of processor time of this process's workerd since it started; null on other systems. */
export function workerdCpuMs(): number | null {
  const pid = childNamed("workerd");
  if (pid === null) return null;
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = threads.map((thread) => {
    const [onCpu = "0"] = readText(`/proc/${pid}/task/${thread}/schedstat`).split(" ");
    return Number(onCpu);
  });
  return nanoseconds.reduce((sum, each) => sum + each, 0) / NANOSECONDS_A_MS;
}

function childNamed(name: string): string | null {
  if (process.platform !== "linux") return null;
  const children = readText(`/proc/${process.pid}/task/${process.pid}/children`).split(" ");
  return children.find((pid) => readText(`/proc/${pid}/comm`).trim() === name) ?? null;
}

/** The file's text; empty if the process or thread has ended. */
function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

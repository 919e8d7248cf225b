/** Runs hledger, which checks the journal. Installs Debian's package if it is missing. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

let installed = false;

function install(): void {
  if (installed) return;
  try {
    execFileSync("hledger", ["--version"], { stdio: "ignore" });
  } catch {
    execFileSync("apt-get", ["update"], { stdio: "ignore" });
    execFileSync("apt-get", ["install", "--yes", "--no-install-recommends", "hledger"], {
      stdio: "ignore",
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  }
  installed = true;
}

/** Runs an hledger command on the journal and returns its output. @throws with hledger's message if it fails. */
export function hledger(journal: string, ...command: readonly string[]): string {
  install();
  const folder = mkdtempSync(path.join(tmpdir(), "journal-"));
  try {
    const file = path.join(folder, "books.journal");
    writeFileSync(file, journal);
    return execFileSync("hledger", ["--file", file, ...command], {
      encoding: "utf8",
      stdio: "pipe",
      env: { ...process.env, LC_ALL: "C.UTF-8" },
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

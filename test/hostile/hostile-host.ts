import { basename } from 'node:path';
import type { Host, RunSettings } from '../../src/host/host.js';

/** Where one answer of a host comes from the real machine: a program, or everything about a path. */
export interface Instead {
  readonly program?: { readonly name: string; readonly path: string };
  readonly file?: { readonly path: string; readonly at: string };
}

/** A host in memory whose one program or file is a real one here. */
export class HostileHost implements Host {
  constructor(
    private readonly memory: Host,
    private readonly machine: Host,
    private readonly instead: Instead,
  ) {}

  private on<T>(path: string, ask: (host: Host, path: string) => T): T {
    const { file } = this.instead;
    return file?.path === path ? ask(this.machine, file.at) : ask(this.memory, path);
  }

  readFile(path: string, limit?: number): ReturnType<Host['readFile']> {
    return this.on(path, (host, at) => host.readFile(at, limit));
  }
  stat(path: string): ReturnType<Host['stat']> {
    return this.on(path, (host, at) => host.stat(at));
  }
  lstat(path: string): ReturnType<Host['lstat']> {
    return this.on(path, (host, at) => host.lstat(at));
  }
  readLink(path: string): ReturnType<Host['readLink']> {
    return this.on(path, (host, at) => host.readLink(at));
  }
  readDirectory(path: string): ReturnType<Host['readDirectory']> {
    return this.on(path, (host, at) => host.readDirectory(at));
  }
  statFileSystem(path: string): ReturnType<Host['statFileSystem']> {
    return this.memory.statFileSystem(path);
  }
  run(program: string, args: readonly string[], settings?: RunSettings): ReturnType<Host['run']> {
    const { program: other } = this.instead;
    return other !== undefined && basename(program) === other.name
      ? this.machine.run(other.path, args, settings)
      : this.memory.run(program, args, settings);
  }
  environment(name: string): ReturnType<Host['environment']> {
    return this.memory.environment(name);
  }
  userId(): number {
    return this.memory.userId();
  }
}

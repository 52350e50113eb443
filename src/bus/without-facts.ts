const START = ',\n  "facts": {\n';
const END = '\n  }';

/**
 * Collects what crio-guard prints, without the facts of a report: on a node with 10,000 datasets they are
 * megabytes, which would be most of this service's memory. JSON has no bare line break inside a text, so
 * that only the keys of the report itself stand at this indentation; in any other layout nothing is cut.
 */
export class WithoutFacts {
  private kept = '';
  private pending = '';
  private inside = false;

  /** @param chunk bytes, which may be overwritten afterwards */
  push(chunk: Uint8Array): void {
    // A character for each byte. Texts, unlike buffers, are freed soon: V8 counts them as its own memory.
    this.pending += Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('latin1');
    for (;;) {
      const mark = this.inside ? END : START;
      const at = this.pending.indexOf(mark);
      if (at === -1) break;
      this.keep(at);
      this.pending = this.pending.slice(at + mark.length);
      this.inside = !this.inside;
    }
    // The beginning of a mark may be the end of this chunk.
    const sure = Math.max(0, this.pending.length - START.length);
    this.keep(sure);
    this.pending = this.pending.slice(sure);
  }

  /** All that was kept. */
  text(): string {
    this.keep(this.pending.length);
    return Buffer.from(this.kept, 'latin1').toString('utf8');
  }

  private keep(length: number): void {
    if (!this.inside) this.kept += this.pending.slice(0, length);
  }
}

// Where in a page its tags come, in whatever pieces it is written.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { JSDOM } from 'jsdom';
import * as Throughline from '../../dist/node.js';

const TAGS = /<meta name="sentry-trace" content="[^"]*"\/>(?:<meta name="[\w-]+" content="[^"]*"\/>)*/;

/** Pages with the place of the tags as `|`; those without have none. */
const PAGES = [
  // A head's tag, and what may stand before it.
  '<head>|',
  '<HEAD\n>|<title>x</title>',
  '<head/>|',
  '\ufeff <!DOCTYPE html>\r\n<html lang=en><head data-a="1>0">|',
  '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x.dtd"><html><head>|',
  '<!-- <head> --><head>|',
  '<!--><head>|<!-- -->',
  '<!---><head>|<!-- -->',
  '<!-- --!><head>|<!-- -->',
  '<!----><head>|',
  "<html data-a=it's><head>|<title>Bob's</title>",
  '<html data-a = "<head>" data-b=\'>\'><head>|',
  '<html a=/><head>',
  // Where there is no such tag, a document's head begins at what comes first.
  '<!doctype html>\n|<title>x</title><header>a</header>',
  '<!doctype html>|<script>var t = "<head>";</script><p>x</p>',
  '<html>|<body><head>',
  '<html lang="en"> <!-- x --> |<p title="<head>">x</p>',
  '<!doctype html>|text <head>',
  // What is only a part of a page, or what is not surely a page.
  '<header><head>',
  '<header>',
  '<p title="<head>">x</p>',
  '<script>"<head>"</script>',
  '<title>a <head></title>',
  'text <head>',
  '',
  ' ',
  '<',
  '<!-- open <head>',
  '<html data-a="open ><head>',
  '<!doctype html',
  '<!doctype html></p><head>',
  '<!DOCTYPE html [<!ENTITY a "<head>">]><html><head>',
  '<!doctype svg><svg/>',
  '<!doctype html><x:html><x:head>',
  '<html/>',
  // Those that name a trace themselves.
  '<html><head><meta name="sentry-trace" content="x">',
  "<html><head>\n<meta charset=utf-8><!-- x --><META content='x' name=sentry-trace></head>",
  '<!doctype html><meta name="sentry-trace" content="x"><p>x</p>',
];

describe('the place of trace meta tags', () => {
  before(() => Throughline.init({ dsn: 'http://public@127.0.0.1:9/1', tracesSampleRate: 1 }));

  const written = async (pieces) => {
    const stream = new ReadableStream({
      start(controller) {
        for (const piece of pieces) controller.enqueue(piece);
        controller.close();
      },
    });
    let text = '';
    for await (const piece of Throughline.renderTraceMetaTags(stream)) text += piece;
    return text;
  };

  it('is the same wherever its pieces end', async () => {
    for (const page of PAGES) {
      const text = page.replace('|', '');
      const ways = [[...text], [text]];
      for (let at = 1; at < text.length; at++) ways.push([text.slice(0, at), text.slice(at)]);
      for (const way of ways) assert.equal((await written(way)).replace(TAGS, '|'), page, way.join(' + '));
    }
  });

  it('is the head for who reads the page as browsers do', async () => {
    for (const page of PAGES.filter((one) => one.includes('|'))) {
      // What decodes a page takes the mark away.
      const text = (await written([page.replace('|', '')])).replace('\ufeff', '');
      const { firstElementChild: first } = new JSDOM(text).window.document.head;
      assert.equal(first?.getAttribute('name'), 'sentry-trace', page);
    }
  });

  it('is found in bytes with a mark of their encoding', async () => {
    const page = Buffer.from('\ufeff<html><head><title>é</title>');
    const text = await new Response(
      Throughline.renderTraceMetaTags(new Response(page, { headers: { 'content-type': 'text/html' } })).body,
    ).text();
    assert.match(text, /^<html><head><meta name="sentry-trace"/);
    assert.equal(text.replace(TAGS, ''), '<html><head><title>é</title>');
  });

  it('keeps back nothing that somebody waits for', async () => {
    const { readable, writable } = new TransformStream();
    const reader = Throughline.renderTraceMetaTags(readable).getReader();
    const writer = writable.getWriter();
    for (const [piece, passed] of [
      ['<!doctype html><html>', /^<!doctype html><html>$/],
      ['<head><link rel="preload" href="/a.css">', /^<head><meta .*<link rel="preload" href="\/a.css">$/],
    ]) {
      writer.write(piece);
      assert.match((await reader.read()).value, passed);
    }
    await writer.close();
  });
});

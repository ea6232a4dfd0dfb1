;; Makes the text of text-of-core.mjs into the core, for js/entry/inline.ts: a text of 150 kB, looked at character by
;; character before anything else has run, takes JavaScript several milliseconds, and this one or two.
;;
;; The first page of the memory: which number each character is, at 0; at 1024, of each of the 112 characters: the
;; instruction that it stands for, its kind (see instructions.mjs), and where three rows are read next. The text lies
;; behind, then the core.
(module
  (memory (export "memory") 1)
  (global $out (mut i32) (i32.const 0))

  (func $byte (param $byte i32)
    (i32.store8 (global.get $out) (local.get $byte))
    (global.set $out (i32.add (global.get $out) (i32.const 1))))

  ;; The number of the character at $from.
  (func $character (param $from i32) (result i32)
    (i32.load8_u (i32.load8_u (local.get $from))))

  ;; The next number of the row whose place stands at $row.
  (func $next (param $row i32) (result i32)
    (local $from i32)
    (local $number i32)
    (local $digit i32)
    (local.set $number (call $character (local.tee $from (i32.load (local.get $row)))))
    (if (i32.ge_u (local.get $number) (i32.const 96)) ;; SMALL
      (then
        (local.set $number (i32.sub (local.get $number) (i32.const 96)))
        (loop $more
          (local.set $from (i32.add (local.get $from) (i32.const 1)))
          (local.set $digit (call $character (local.get $from)))
          (if (i32.ge_u (local.get $digit) (i32.const 64)) ;; LAST
            (then
              (local.set $number
                (i32.add
                  (i32.mul (local.get $number) (i32.const 48))
                  (i32.sub (local.get $digit) (i32.const 64))))
              (br $more))))
        (local.set $number
          (i32.add (i32.mul (local.get $number) (i32.const 64)) (i32.add (local.get $digit) (i32.const 96))))))
    (i32.store (local.get $row) (i32.add (local.get $from) (i32.const 1)))
    (local.get $number))

  ;; Writes a number in LEB128: $sign is 1 for one that may be negative, else 0.
  (func $leb (param $number i64) (param $sign i64)
    (local $low i64)
    (local $more i32)
    (loop $again
      (local.set $low (i64.and (local.get $number) (i64.const 127)))
      (local.set $number (i64.shr_s (local.get $number) (i64.const 7)))
      (local.set $more
        (i64.ne
          (i64.add
            (local.get $number)
            (i64.mul (i64.shr_u (local.get $low) (i64.const 6)) (local.get $sign)))
          (i64.const 0)))
      (call $byte (i32.or (i32.wrap_i64 (local.get $low)) (i32.shl (local.get $more) (i32.const 7))))
      (br_if $again (local.get $more))))

  (func $unsigned (param $number i32)
    ;; Most are one byte.
    (if (i32.lt_u (local.get $number) (i32.const 128))
      (then
        (return (call $byte (local.get $number)))))
    (call $leb (i64.extend_i32_u (local.get $number)) (i64.const 0)))

  (func $copied (param $row i32) (param $shift i32)
    (local $count i32)
    (local.set $count (call $next (local.get $row)))
    (loop $again
      (if (local.get $count)
        (then
          (call $byte (i32.add (call $next (local.get $row)) (local.get $shift)))
          (local.set $count (i32.sub (local.get $count) (i32.const 1)))
          (br $again)))))

  ;; Moves what was written since $start on, and puts its length before it.
  (func $measured (param $start i32)
    (local $length i32)
    (local.set $length (i32.sub (global.get $out) (local.get $start)))
    ;; Five bytes are the most that a length can have.
    (memory.copy
      (i32.add (local.get $start) (i32.const 5))
      (local.get $start)
      (local.get $length))
    (global.set $out (local.get $start))
    (call $unsigned (local.get $length))
    (memory.copy
      (global.get $out)
      (i32.add (local.get $start) (i32.const 5))
      (local.get $length))
    (global.set $out (i32.add (global.get $out) (local.get $length))))

  ;; One function, whose instructions begin at $from; answers where they end.
  (func $function (param $from i32) (result i32)
    (local $start i32)
    (local $count i32)
    (local $depth i32)
    (local $entry i32)
    (local $after i32)
    (local.set $start (global.get $out))
    (call $unsigned (local.tee $count (call $next (i32.const 512))))
    (loop $locals
      (if (local.get $count)
        (then
          (call $unsigned (call $next (i32.const 512)))
          (call $byte (i32.sub (i32.const 128) (call $next (i32.const 512)))) ;; of this type
          (local.set $count (i32.sub (local.get $count) (i32.const 1)))
          (br $locals))))
    (local.set $depth (i32.const 1))
    (local.set $after (call $entry (local.get $from)))
    (loop $again
      (local.set $entry (local.get $after))
      (local.set $from (i32.add (local.get $from) (i32.const 1)))
      (local.set $after (call $entry (local.get $from)))
      (call $byte (i32.load (local.get $entry)))
      (block $done
        (block $local
          (block $const
            (block $end
              (block $block
                (block $access
                  (block $raw
                    (block $two
                      (block $one
                        (br_table $done $one $two $raw $access $block $end $const $local
                          (i32.load offset=448 (local.get $entry))))
                      (call $unsigned (call $next (i32.add (local.get $entry) (i32.const 896))))
                      (br $done))
                    (call $unsigned (call $next (i32.add (local.get $entry) (i32.const 896))))
                    (call $unsigned (call $next (i32.add (local.get $entry) (i32.const 896))))
                    (br $done))
                  (call $copied (i32.add (local.get $entry) (i32.const 896)) (i32.const 0))
                  (br $done))
                (call $byte (i32.const 0))
                (call $unsigned (call $next (i32.add (local.get $entry) (i32.const 896))))
                (br $done))
              (local.set $depth (i32.add (local.get $depth) (i32.const 1)))
              (call $byte (call $next (i32.add (local.get $entry) (i32.const 896))))
              (br $done))
            (local.set $depth (i32.sub (local.get $depth) (i32.const 1)))
            (br $done))
          (local.set $count (call $next (i32.add (local.get $after) (i32.const 1344))))
          (call $leb
            (i64.extend_i32_s
              (i32.xor
                (i32.shr_u (local.get $count) (i32.const 1))
                (i32.sub (i32.const 0) (i32.and (local.get $count) (i32.const 1)))))
            (i64.const 1))
          (br $done))
        (call $unsigned (call $next (i32.add (local.get $after) (i32.const 1792)))))
      (br_if $again (local.get $depth)))
    (call $measured (local.get $start))
    (local.get $from))

  (func $entry (param $from i32) (result i32)
    (i32.add (i32.const 1024) (i32.shl (call $character (local.get $from)) (i32.const 2))))

  ;; Decodes the text of $length characters at 65536, and answers how many bytes the core has. They follow the text.
  (func (export "decode") (param $length i32) (result i32)
    (local $index i32)
    (local $number i32)
    (local $rows i32)
    (local $start i32)
    (loop $again
      ;; Bits of the characters that are not used: of the first 64, and of the others.
      (if (i64.eqz
            (i64.and
              (i64.shl (i64.const 1) (i64.extend_i32_u (local.get $index)))
              (select
                (i64.const 0x000000940800fd81)
                (i64.const 0x8000000110000000)
                (i32.lt_u (local.get $index) (i32.const 64)))))
        (then
          (i32.store8 (local.get $index) (local.get $number))
          (local.set $number (i32.add (local.get $number) (i32.const 1)))))
      (br_if $again
        (i32.lt_u (local.tee $index (i32.add (local.get $index) (i32.const 1))) (i32.const 128))))

    (i32.store (i32.const 512) (i32.const 65536))
    (local.set $rows (call $next (i32.const 512)))
    (local.set $rows (i32.add (local.get $rows) (i32.load (i32.const 512))))
    (local.set $index (i32.const 1024))
    (loop $again
      (local.set $number (call $next (i32.const 512)))
      (i32.store (local.get $index)
        (if (result i32) (i32.lt_u (local.get $index) (i32.const 1920)) ;; 1024 + 2 * 448
          (then (local.get $number))
          (else
            (local.get $rows)
            (local.set $rows (i32.add (local.get $rows) (local.get $number))))))
      (br_if $again
        (i32.lt_u
          (local.tee $index (i32.add (local.get $index) (i32.const 4)))
          (i32.const 3264)))) ;; 1024 + 5 * 448

    (global.set $out (i32.add (local.get $length) (i32.const 65536)))
    (call $copied (i32.const 512) (i32.const 32)) ;; SHIFT
    (local.set $start (global.get $out))
    (call $unsigned (local.tee $number (call $next (i32.const 512))))
    (loop $again
      (if (local.get $number)
        (then
          (local.set $rows (call $function (local.get $rows)))
          (local.set $number (i32.sub (local.get $number) (i32.const 1)))
          (br $again))))
    (call $measured (local.get $start))
    (call $copied (i32.const 512) (i32.const 32)) ;; SHIFT
    (i32.sub (global.get $out) (i32.add (local.get $length) (i32.const 65536)))))

;; The reverse of text-of-bytes.mjs, for js/entry/inline.ts: a text of nearly 200 kB, looked at character by character
;; before anything else has run, takes JavaScript several milliseconds, and this one.
(module
  (memory (export "memory") 0)

  ;; Decodes the text of $length bytes at the beginning of the memory in place, and answers how many bytes it is.
  (func (export "decode") (param $length i32) (param $shift i32) (result i32)
    (local $from i32)
    (local $to i32)
    (local $byte i32)
    (loop $next
      (if (i32.lt_u (local.get $from) (local.get $length))
        (then
          (local.set $byte (i32.load8_u (local.get $from)))
          (if (i32.eq (local.get $byte) (i32.const 126)) ;; ~, HIGH
            (then
              (local.set $from (i32.add (local.get $from) (i32.const 1)))
              (local.set $byte (i32.add (i32.load8_u (local.get $from)) (i32.const 128)))))
          (if (i32.eq (local.get $byte) (i32.const 124)) ;; |, RARE
            (then
              ;; Only the lower eight bits are kept.
              (local.set $byte
                (i32.add
                  (i32.shl (i32.load8_u offset=1 (local.get $from)) (i32.const 4))
                  (i32.sub (i32.load8_u offset=2 (local.get $from)) (i32.const 64))))
              (local.set $from (i32.add (local.get $from) (i32.const 2)))))
          (i32.store8 (local.get $to) (i32.sub (local.get $byte) (local.get $shift)))
          (local.set $from (i32.add (local.get $from) (i32.const 1)))
          (local.set $to (i32.add (local.get $to) (i32.const 1)))
          (br $next))))
    (local.get $to)))

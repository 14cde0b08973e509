set terminal svg size 900,450 font "sans,14" background "white"
set output svg
set datafile separator ","
set key outside top center horizontal
set xlabel "time (s)"
set ylabel "received (Mbit/s)"
set yrange [0:110]
set grid ytics lc rgb "#dddddd"
plot csv using 1:2 skip 1 with lines lw 2 lc rgb "#0060ad" title "TCP", \
     csv using 1:3 skip 1 with lines lw 2 lc rgb "#c03020" title "UDP"

set terminal svg size 900,450 font "sans,14" background "white"
set output svg
set datafile separator ","
set key bottom right
set xlabel "gap between two full frames of a queue (us)"
set ylabel "part of the gaps"
set xrange [0:1500]
set yrange [0:1]
set grid lc rgb "#dddddd"
set arrow 1 from 242.88, graph 0 to 242.88, graph 1 nohead dt 2 lc rgb "#888888"
set arrow 2 from 607.2, graph 0 to 607.2, graph 1 nohead dt 2 lc rgb "#888888"
cases = "'50 %, TSO' '50 %, no TSO' '20 %, TSO' '20 %, no TSO'"
plot for [i = 1:words(cases)] csv using (strcol(1) eq word(cases, i) ? $4 : NaN):3 skip 1 \
     with lines lw 2 title word(cases, i)

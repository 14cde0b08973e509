set terminal svg size 900,400 font "sans,14" background "white"
set output svg
set datafile separator ","
set multiplot layout 1,2
set xrange [-0.5:2.5]
set yrange [0:*]
place(where) = where eq "pf" ? 0 : where eq "netns" ? 1 : 2
set grid ytics lc rgb "#dddddd"
set xtics ("PF" 0, "VF, namespace" 1, "VF, guest" 2)
unset key
set ylabel "goodput, Mbit/s"
plot csv using (place(stringcolumn(1))):3 skip 1 with points pointtype 7
set ylabel "16 KiB transactions a second"
plot csv using (place(stringcolumn(1))):4 skip 1 with points pointtype 7
unset multiplot
